import type { Mask } from '@rollcall/contract/agent-config';
import type { MotionGrid } from './motion-grid.ts';

/** 1 for each cell to watch, 0 for those whose middle lies in one of the polygons. */
export function watchedCells(masks: readonly Mask[], grid: MotionGrid): Uint8Array {
  const watched = new Uint8Array(grid.columns * grid.rows).fill(1);
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const x = (column + 0.5) / grid.columns;
      const y = (row + 0.5) / grid.rows;
      if (masks.some((mask) => isInside(mask, x, y))) watched[row * grid.columns + column] = 0;
    }
  }
  return watched;
}

/** By the number of edges that a ray to the right crosses: odd is inside. */
function isInside(polygon: Mask, x: number, y: number): boolean {
  let inside = false;
  let [fromX, fromY] = polygon.at(-1) ?? [0, 0];
  for (const [toX, toY] of polygon) {
    if (fromY > y !== toY > y && x < ((toX - fromX) * (y - fromY)) / (toY - fromY) + fromX) inside = !inside;
    [fromX, fromY] = [toX, toY];
  }
  return inside;
}
