import type { Background } from './background.ts';
import type { MotionGrid } from './motion-grid.ts';

/** 0: background; 1: differs; 2: differs in a way that light and shadow do not. */
export type CellKind = 0 | 1 | 2;

/** Least difference that means something, in levels: codecs waver by some three. */
const minDifference = 7;
/** In units of a cell's mean deviation; 4 of them are 3.2 standard deviations. */
const noiseFactor = 4;
/** A slammed door shakes the camera by up to this part of a cell, which shows as a difference along every edge. */
const shakeCells = 0.5;
/** A shadow darkens by a factor down to this; what is darker is somebody in dark clothes. */
const darkestShadow = 0.45;
/** A patch of light brightens by up to this. */
const brightestLight = 1.6;

/**
 * Says for each cell how it differs from the background. Light and shadow keep the texture of what they fall on, times a factor; somebody in front
 * of it has another texture, and edges.
 * @param lit the frame's cells in the light of the background
 */
export function compareCells(
  lit: Float32Array,
  background: Background,
  watched: Uint8Array,
  grid: MotionGrid,
): Uint8Array {
  const { columns, rows } = grid;
  const { mean, noise } = background;
  const kinds = new Uint8Array(lit.length);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      if (!watched[i]) continue;
      const now = lit[i] ?? 0;
      const back = mean[i] ?? 0;
      const difference = Math.abs(now - back);
      if (difference < minDifference) continue;
      const left = column > 0 ? i - 1 : i + 1;
      const right = column + 1 < columns ? i + 1 : i - 1;
      const above = row > 0 ? i - columns : i + columns;
      const below = row + 1 < rows ? i + columns : i - columns;
      const nearLeft = mean[left] ?? back;
      const nearRight = mean[right] ?? back;
      const nearAbove = mean[above] ?? back;
      const nearBelow = mean[below] ?? back;
      const edge =
        Math.max(back, nearLeft, nearRight, nearAbove, nearBelow) -
        Math.min(back, nearLeft, nearRight, nearAbove, nearBelow);
      const least = Math.max(minDifference, noiseFactor * (noise[i] ?? 0)) + shakeCells * edge;
      if (difference < least) continue;
      const factor = now / Math.max(1, back);
      if (factor < darkestShadow || factor > brightestLight) {
        kinds[i] = difference < 1.5 * least ? 1 : 2;
        continue;
      }
      const across = now - (lit[right] ?? now) - factor * (back - nearRight);
      const down = now - (lit[below] ?? now) - factor * (back - nearBelow);
      kinds[i] = Math.max(Math.abs(across), Math.abs(down)) > least ? 2 : 1;
    }
  }
  return kinds;
}
