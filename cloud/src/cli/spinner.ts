import type { Io } from './io.ts';

const signs = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

/** Says what is being waited for, on one line that is written over; nothing when nobody watches. */
export class Spinner {
  readonly #io: Io;
  #turn = 0;
  #width = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  show(text: string): void {
    if (!this.#io.watched) return;
    const line = `${signs[this.#turn++ % signs.length]} ${text}`;
    this.#io.err(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }

  /** May be called twice. */
  clear(): void {
    if (this.#width > 0) this.#io.err(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }
}
