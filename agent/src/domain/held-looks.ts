/** Of so many that wait every second one goes: what stays is spread over the time for which they waited. */
const limit = 16;

/** Looks that were asked for before it is known whether anybody can look. */
export class HeldLooks<Task, Answer> {
  #held: { readonly task: Task; readonly resolve: (answer: Answer | Promise<Answer>) => void }[] = [];
  readonly #onSkipped: () => Answer;

  constructor(onSkipped: () => Answer) {
    this.#onSkipped = onSkipped;
  }

  /** Resolves once it was released, or gave way to others. */
  hold(task: Task): Promise<Answer> {
    if (this.#held.length >= limit) this.#thin();
    return new Promise((resolve) => {
      this.#held.push({ task, resolve });
    });
  }

  /** Has all of them answered by `answer`, one after the other; it must not reject. */
  async release(answer: (task: Task) => Answer | Promise<Answer>): Promise<void> {
    for (const { task, resolve } of this.#held.splice(0)) {
      const answered = await answer(task);
      resolve(answered);
    }
  }

  #thin(): void {
    const gone = this.#held.filter((_, place) => place % 2 === 1);
    this.#held = this.#held.filter((_, place) => place % 2 === 0);
    for (const { resolve } of gone) resolve(this.#onSkipped());
  }
}
