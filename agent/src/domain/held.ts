/** A condition that counts only when it lasts: raised after it held for `raiseMs`, and dropped after it did not for `dropMs`. */
export class Held {
  readonly #raiseMs: number;
  readonly #dropMs: number;
  #raised = false;
  /** Since when it is otherwise than `raised` says. */
  #otherwiseSince: number | undefined;

  constructor({ raiseMs, dropMs }: { readonly raiseMs: number; readonly dropMs: number }) {
    this.#raiseMs = raiseMs;
    this.#dropMs = dropMs;
  }

  get raised(): boolean {
    return this.#raised;
  }

  /** @param at ms; not before that of the time before. */
  look(holds: boolean, at: number): void {
    if (holds === this.#raised) {
      this.#otherwiseSince = undefined;
      return;
    }
    this.#otherwiseSince ??= at;
    if (at - this.#otherwiseSince < (holds ? this.#raiseMs : this.#dropMs)) return;
    this.#raised = holds;
    this.#otherwiseSince = undefined;
  }

  /** Nothing was seen for a while: what is on its way begins again. */
  pause(): void {
    this.#otherwiseSince = undefined;
  }
}
