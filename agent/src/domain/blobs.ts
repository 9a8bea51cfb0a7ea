/** Cells that hang together. */
export interface Blob {
  /** Indexes of its cells. */
  readonly cells: Int32Array;
  readonly left: number;
  readonly top: number;
  /** Both included. */
  readonly right: number;
  readonly bottom: number;
}

/**
 * The parts of the cells that are not 0, largest first. Parts with a gap of one cell between them are one: dark trousers on a dark
 * floor must not cut a person in two.
 */
export function findBlobs(cells: Uint8Array, columns: number, rows: number): Blob[] {
  const seen = new Uint8Array(cells.length);
  const queue = new Int32Array(cells.length);
  const blobs: Blob[] = [];
  for (let start = 0; start < cells.length; start++) {
    if (cells[start] && !seen[start]) blobs.push(fill(start, { cells, columns, rows, seen, queue }));
  }
  return blobs.sort((a, b) => b.cells.length - a.cells.length);
}

interface Walk {
  readonly cells: Uint8Array;
  readonly columns: number;
  readonly rows: number;
  readonly seen: Uint8Array;
  readonly queue: Int32Array;
}

const reach = 2;

function fill(start: number, { cells, columns, rows, seen, queue }: Walk): Blob {
  let length = 0;
  let left = columns;
  let top = rows;
  let right = 0;
  let bottom = 0;
  queue[length++] = start;
  seen[start] = 1;
  for (let next = 0; next < length; next++) {
    const cell = queue[next] ?? 0;
    const row = Math.floor(cell / columns);
    const column = cell - row * columns;
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++) {
      for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
        const near = y * columns + x;
        if (!cells[near] || seen[near]) continue;
        seen[near] = 1;
        queue[length++] = near;
      }
    }
  }
  return { cells: queue.slice(0, length), left, top, right, bottom };
}
