import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { growthOf, isFlat, type Sample } from './growth.ts';

const total = 100_000;
const sampled = (value: (at: number) => number): Sample[] =>
  Array.from({ length: 200 }, (_, index) => ({ at: index * 500, value: value(index * 500) }));

it('tells the slope of what grows', () => {
  const growth = growthOf(
    sampled((at) => 150 + at / 1_000),
    total,
  );
  expect(growth.slope).toBeCloseTo(0.001);
  expect(growth.lateSlope).toBeCloseTo(0.001);
  expect(growth.last - growth.first).toBeCloseTo(75, 0);
  expect(isFlat(growth)).toBe(false);
});

it('takes what grows at the start alone, and what goes up and down, for flat', () => {
  const settles = growthOf(
    sampled((at) => 150 - 40 * Math.exp(-at / 2_000)),
    total,
  );
  expect(isFlat(settles)).toBe(true);
  expect(settles.lateSlope).toBeCloseTo(0);
  const noise = growthOf(
    sampled((at) => 150 + (at % 1_500) / 100),
    total,
  );
  expect(isFlat(noise)).toBe(true);
});

it('sees a leak of 8 % through any noise of half that size', () => {
  const noises = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 200, maxLength: 200 });
  fc.assert(
    fc.property(noises, (noise) => {
      const leaks = sampled((at) => 150 + (12 * at) / total + (noise[at / 500] ?? 0));
      expect(isFlat(growthOf(leaks, total))).toBe(false);
    }),
  );
});
