import type { CellSet } from './cell-set.ts';

/** What moves is seen against the picture so long ago: at 30 frames a second, one frame ago is too little. */
const againstMs = 200;
/** Least difference that is movement, in levels, and in units of a cell's mean deviation. */
const leastDifference = 7;
const noiseFactor = 4;

/** Says which cells changed lately. Remembers the last pictures for it. */
export class Movement {
  #before: { readonly at: number; readonly lit: Float32Array }[] = [];

  /** The cells that changed since a fifth of a second ago, or since the last picture if that is longer ago. */
  look(lit: Float32Array, noise: Float32Array, at: number): CellSet {
    const moving = new Uint8Array(lit.length);
    while (this.#before.length > 1 && at - (this.#before[1]?.at ?? at) >= againstMs) this.#before.shift();
    const before = this.#before[0]?.lit;
    this.#before.push({ at, lit });
    if (!before) return moving;
    for (let i = 0; i < lit.length; i++) {
      const least = Math.max(leastDifference, noiseFactor * (noise[i] ?? 0));
      if (Math.abs((lit[i] ?? 0) - (before[i] ?? 0)) > least) moving[i] = 1;
    }
    return moving;
  }

  /** The light jumped: what was before says nothing of movement. */
  forget(): void {
    this.#before = [];
  }
}
