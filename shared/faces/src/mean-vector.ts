import { unitVector, vectorLength } from './describe-face.ts';

/** A unit vector and what to add to its squared distances before they become a similarity. */
export interface Handicapped {
  readonly vector: Float32Array;
  readonly handicap: number;
}

/**
 * Averaging takes the noise of single pictures out of a vector, and so brings it nearer to everybody, strangers too. Half of what was taken out
 * is put back: then as many strangers reach a given similarity as with single pictures, and the gain goes to the right people. Measured on LFW;
 * docs/recognition.md has the table.
 */
const returnedShare = 0.5;

/**
 * Handicap of each single photo of a person who has several: the best of many chances is nearer by luck alone. It is there for photos that the mean
 * does not stand for, with and without a beard.
 */
export const oneOfSeveral = 0.01;

/** The mean direction of unit vectors of one person; `weight` (over 0) says how much each counts. */
export function meanVector(
  weighed: readonly { readonly vector: Float32Array; readonly weight: number }[],
): Handicapped {
  const mean = new Float32Array(vectorLength);
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const { vector, weight } of weighed) {
    const share = weight / total;
    for (let i = 0; i < vectorLength; i++) mean[i]! += vector[i]! * share;
  }
  let squares = 0;
  for (const value of mean) squares += value * value;
  // The vectors lie on a sphere: how far their mean is inside it is how much they differ.
  return { vector: unitVector(mean), handicap: returnedShare * Math.max(0, 1 - squares) };
}
