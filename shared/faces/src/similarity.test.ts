import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceAt, distanceOf, scalarProduct, similarityAt } from './similarity.ts';

describe('similarityAt', () => {
  // Source: the distances at which all pairs of LFW reach these false match rates.
  it.each([
    [0.378, 80],
    [0.338, 96],
    [0.304, 99],
  ])('gives at a distance of %d about %d', (distance, similarity) => {
    expect(Math.abs(similarityAt(distance) - similarity)).toBeLessThan(0.5);
  });

  it('falls with distance and stays between 0 and 100', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }), (a, b) => {
        expect(similarityAt(Math.min(a, b))).toBeGreaterThanOrEqual(similarityAt(Math.max(a, b)));
        expect(similarityAt(a)).toBeGreaterThanOrEqual(0);
        expect(similarityAt(a)).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('is undone by distanceAt', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 99.9, noNaN: true }), (similarity) => {
        expect(similarityAt(distanceAt(similarity))).toBeCloseTo(similarity, 6);
      }),
    );
  });
});

describe('distances of unit vectors', () => {
  it('come out of the scalar product', () => {
    const a = Float32Array.of(1, 0, 0, 0);
    const b = Float32Array.of(9, 9, 9, 9, 0.6, 0.8, 0, 0);
    expect(scalarProduct(a, b, 4)).toBeCloseTo(0.6, 6);
    expect(distanceOf(scalarProduct(a, b, 4))).toBeCloseTo(Math.hypot(0.4, 0.8), 6);
    expect(distanceOf(1 + 1e-7)).toBe(0);
  });
});
