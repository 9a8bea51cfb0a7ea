import type { Blob } from './blobs.ts';

/** What a hole's edges in the background are to those in the picture, at least. */
const clearly = 2;

/**
 * Whether a blob is no one, but a hole that somebody left in the background who was there when it was made: its outline is an edge in the background and
 * none in the picture. That of somebody is an edge in the picture.
 * @param lit the picture's cells in the light of the background
 */
export function isHole(blob: Blob, lit: Float32Array, background: Float32Array, columns: number): boolean {
  const inBlob = new Uint8Array(lit.length);
  for (const cell of blob.cells) inBlob[cell] = 1;
  let now = 0;
  let before = 0;
  for (const cell of blob.cells) {
    const column = cell % columns;
    const left = column > 0 ? cell - 1 : -1;
    const right = column + 1 < columns ? cell + 1 : -1;
    for (const near of [left, right, cell - columns, cell + columns]) {
      if (near < 0 || near >= lit.length || inBlob[near]) continue;
      now += Math.abs((lit[cell] ?? 0) - (lit[near] ?? 0));
      before += Math.abs((background[cell] ?? 0) - (background[near] ?? 0));
    }
  }
  return before > clearly * now;
}
