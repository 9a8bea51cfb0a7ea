import type { MotionGrid } from './motion-grid.ts';

/** Edges weaker than this, in levels from one cell to the next, on average, are noise. */
const leastEdge = 1.5;
/** Two pictures of one scene in different light agree by more than this, two of different scenes by about nothing. */
const sameScene = 0.4;

/**
 * Whether a picture in which most differs still shows the same scene, so that only a lamp can have done it: its edges are where they were. Somebody who
 * steps before the camera has other edges. A picture without edges is of a dark or dazzled camera.
 * @param differs not 0 for each cell that differs from the background
 */
export function isLightJump(
  cells: Float32Array,
  background: Float32Array,
  differs: Uint8Array,
  grid: MotionGrid,
): boolean {
  const { columns, rows } = grid;
  let both = 0;
  let now = 0;
  let before = 0;
  let count = 0;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const i = row * columns + column;
      if (!differs[i]) continue;
      for (const near of [i + 1, i + columns]) {
        const edgeNow = (cells[near] ?? 0) - (cells[i] ?? 0);
        const edgeBefore = (background[near] ?? 0) - (background[i] ?? 0);
        both += edgeNow * edgeBefore;
        now += edgeNow * edgeNow;
        before += edgeBefore * edgeBefore;
        count++;
      }
    }
  }
  const least = leastEdge * leastEdge * count;
  return now < least || both > sameScene * Math.sqrt(now * Math.max(before, least));
}
