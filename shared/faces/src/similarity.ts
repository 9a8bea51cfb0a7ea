/**
 * Similarity 0 to 100 of two faces whose unit vectors are `distance` (0 to 2) apart, on Rekognition's scale. Fitted on all pairs of LFW, so
 * that 80 lets through about 1 in 1,000 pairs of strangers, 96 one in 10,000, 99 one in 100,000: see docs/recognition.md.
 */
export function similarityAt(distance: number): number {
  return 100 / (1 + Math.exp((distance - middle) / slope));
}

/** The distance at which `similarityAt` is `similarity` (over 0, under 100). */
export function distanceAt(similarity: number): number {
  return middle + slope * Math.log(100 / similarity - 1);
}

/** Euclidean distance of two unit vectors from their scalar product. */
export function distanceOf(product: number): number {
  return Math.sqrt(Math.max(0, 2 - 2 * product));
}

/** Scalar product of `a` and the vector that starts at `offset` of `b`. Four sums at a time, because one would wait for itself. */
export function scalarProduct(a: Float32Array, b: Float32Array, offset = 0): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0, j = offset; i < a.length; i += 4, j += 4) {
    s0 += a[i]! * b[j]!;
    s1 += a[i + 1]! * b[j + 1]!;
    s2 += a[i + 2]! * b[j + 2]!;
    s3 += a[i + 3]! * b[j + 3]!;
  }
  return s0 + s1 + s2 + s3;
}

const middle = 0.41;
const slope = 0.02306;
