/** So many may go on at once; who comes later waits in line. */
export class Slots {
  #free: number;
  readonly #size: number;
  readonly #line: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
    this.#free = size;
  }

  /** Nobody has one and nobody waits. */
  get idle(): boolean {
    return this.#free === this.#size;
  }

  take(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#line.push(resolve));
  }

  give(): void {
    const next = this.#line.shift();
    if (next) next();
    else this.#free++;
  }
}
