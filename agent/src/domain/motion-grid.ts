import type { Luma } from '../ports/frame.ts';

/** The picture in cells: what is smaller than one does not matter at a door, and the mean of its pixels has little noise. */
export interface MotionGrid {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of luma along a cell's side. */
  readonly cellPixels: number;
}

/** Some 80 cells across, so that a filter costs the same for any camera. */
const columnsWanted = 80;

/** The grid of a luma of this size. What does not fill a cell at the right and at the bottom is left out. */
export function motionGrid(luma: Luma): MotionGrid {
  const cellPixels = Math.max(1, Math.round(luma.width / columnsWanted));
  return {
    cellPixels,
    columns: Math.max(1, Math.floor(luma.width / cellPixels)),
    rows: Math.max(1, Math.floor(luma.height / cellPixels)),
  };
}

/** Writes the mean of each cell, 0 to 255, into `cells`. */
export function readCells(luma: Luma, grid: MotionGrid, cells: Float32Array): void {
  const { columns, rows, cellPixels } = grid;
  const { data, width } = luma;
  const scale = 1 / (cellPixels * cellPixels);
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let sum = 0;
      let at = row * cellPixels * width + column * cellPixels;
      for (let y = 0; y < cellPixels; y++, at += width) {
        for (let x = 0; x < cellPixels; x++) sum += data[at + x] ?? 0;
      }
      cells[cell] = sum * scale;
    }
  }
}
