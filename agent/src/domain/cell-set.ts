/** Cells of a grid, as 1 for each that is in the set. */
export type CellSet = Uint8Array;

/** How many cells are in it. */
export function countCells(cells: CellSet): number {
  let count = 0;
  for (let i = 0; i < cells.length; i++) if (cells[i]) count++;
  return count;
}

/** Those of the first that are not in the second. */
export function without(cells: CellSet, others: CellSet): CellSet {
  const rest = cells.slice();
  for (let i = 0; i < rest.length; i++) if (others[i]) rest[i] = 0;
  return rest;
}

/** The set and its neighbors to each side. */
export function grown(cells: CellSet, columns: number): CellSet {
  const more = cells.slice();
  for (let i = 0; i < cells.length; i++) {
    if (!cells[i]) continue;
    const column = i % columns;
    if (column > 0) more[i - 1] = 1;
    if (column + 1 < columns) more[i + 1] = 1;
    if (i >= columns) more[i - columns] = 1;
    if (i + columns < cells.length) more[i + columns] = 1;
  }
  return more;
}
