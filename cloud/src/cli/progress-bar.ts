import type { Io } from './io.ts';

const width = 24;

/** Says how far something is, on one line that is written over; nothing when nobody watches. */
export class ProgressBar {
  readonly #io: Io;
  readonly #total: number;
  #done = 0;

  constructor(io: Io, total: number) {
    this.#io = io;
    this.#total = total;
  }

  advance(): void {
    this.#done++;
    if (!this.#io.watched) return;
    const filled = Math.round((this.#done / this.#total) * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    this.#io.err(`\r${bar} ${this.#done} of ${this.#total}${this.#done === this.#total ? '\n' : ''}`);
  }
}
