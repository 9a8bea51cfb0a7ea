import { describe, expect, it } from 'vitest';
import { unitVector, vectorLength } from './describe-face.ts';
import { meanVector } from './mean-vector.ts';
import { scalarProduct } from './similarity.ts';
import { parseVector, vectorText } from './vector-text.ts';

/** A unit vector that leans by `lean` from the first axis to axis `axis`. */
function leaning(axis: number, lean: number): Float32Array {
  const vector = new Float32Array(vectorLength);
  vector[0] = 1;
  vector[axis] = lean;
  return unitVector(vector);
}

/** The handicap of the mean of three vectors that lean `lean` to three sides. */
function handicapOf(lean: number): number {
  return meanVector([3, 4, 5].map((axis) => ({ vector: leaning(axis, lean), weight: 1 }))).handicap;
}

describe('meanVector', () => {
  it('is a single vector as it was, without a handicap', () => {
    const only = leaning(3, 0.4);
    const { vector, handicap } = meanVector([{ vector: only, weight: 0.2 }]);
    expect(scalarProduct(vector, only)).toBeCloseTo(1, 6);
    expect(handicap).toBeCloseTo(0, 6);
  });

  it('lies between its vectors, nearer to the heavier, and is of unit length', () => {
    const [light, heavy] = [leaning(3, 0.5), leaning(4, 0.5)];
    const { vector } = meanVector([
      { vector: light, weight: 1 },
      { vector: heavy, weight: 3 },
    ]);
    expect(scalarProduct(vector, vector)).toBeCloseTo(1, 6);
    expect(scalarProduct(vector, heavy)).toBeGreaterThan(scalarProduct(vector, light));
  });

  it('has the greater a handicap the more the vectors differ', () => {
    expect(handicapOf(0.1)).toBeGreaterThan(0);
    expect(handicapOf(0.4)).toBeGreaterThan(handicapOf(0.1));
  });
});

describe('vectorText', () => {
  it('is the same vector when read again', () => {
    const vector = leaning(7, 0.3);
    expect(parseVector(vectorText(vector))).toEqual(vector);
    expect(vectorText(vector)).toHaveLength(684);
  });

  it('is not read when it is cut off', () => {
    expect(() => parseVector(vectorText(leaning(7, 0.3)).slice(0, 100))).toThrow('128 numbers');
  });
});
