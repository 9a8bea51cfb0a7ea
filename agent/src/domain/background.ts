import { type Lighting, sameLight } from './lighting.ts';
import type { MotionGrid } from './motion-grid.ts';

/** How fast the background follows what is there, by its time constant. Dusk and a cloud are slower. */
const followMs = 4_000;
/** How fast the noise of a cell is learned: a flickering lamp must show often enough to be known. */
const noiseMs = 6_000;
const startNoise = 2;
/** Mean deviation beyond which no cell is thought to be: else a busy one would go blind. */
const maxNoise = 12;

/** What the picture looks like when nobody is there, cell by cell, and how much each cell wavers about it. */
export class Background {
  /** Levels 0 to 255, in the light of the last frame. */
  readonly mean: Float32Array;
  /** Mean absolute deviation in levels. */
  readonly noise: Float32Array;

  constructor(grid: MotionGrid, cells: Float32Array) {
    this.mean = Float32Array.from(cells);
    this.noise = new Float32Array(grid.columns * grid.rows).fill(startNoise);
  }

  /**
   * Learns from a frame `dtMs` after the last. Where `figure` is 1 there is somebody: there the background follows the light alone,
   * so that it is still right when they leave.
   */
  learn(cells: Float32Array, figure: Uint8Array, lighting: Lighting, dtMs: number): void {
    const { mean, noise } = this;
    const follow = 1 - Math.exp(-dtMs / followMs);
    const notice = 1 - Math.exp(-dtMs / noiseMs);
    for (let i = 0; i < mean.length; i++) {
      const was = mean[i] ?? 0;
      const expected = lighting.gain * was + lighting.offset;
      const now = figure[i] ? expected : (cells[i] ?? 0);
      mean[i] = was + follow * (now - was);
      if (figure[i]) continue;
      const deviation = Math.min(maxNoise, Math.abs(now - expected));
      const wavers = noise[i] ?? 0;
      noise[i] = wavers + notice * (deviation - wavers);
    }
  }

  /** Takes these cells as they are now. */
  absorb(cells: Float32Array, which: Iterable<number>): void {
    for (const i of which) this.mean[i] = cells[i] ?? 0;
  }

  /** Takes the whole picture as it is now. */
  restart(cells: Float32Array): void {
    this.mean.set(cells);
  }

  /** `cells` as they would be in the light of the background. */
  inItsLight(cells: Float32Array, { gain, offset }: Lighting = sameLight): Float32Array {
    const lit = new Float32Array(cells.length);
    for (let i = 0; i < cells.length; i++) lit[i] = ((cells[i] ?? 0) - offset) / gain;
    return lit;
  }
}
