import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiledRegions, wholeRegion } from './search-regions.ts';

const size = fc.integer({ min: 1, max: 4000 });

describe('wholeRegion', () => {
  it('is a square around the whole picture', () => {
    expect(wholeRegion({ x: 0, y: 0, width: 1280, height: 720 })).toEqual({ left: 0, top: -280, side: 1280 });
  });
});

describe('tiledRegions', () => {
  it('covers the picture from edge to edge, and neighbors share at least a fifth', () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 100, max: 1000 }), (width, height, side) => {
        const tiles = tiledRegions({ x: 0, y: 0, width, height }, side);
        for (const [length, starts] of [
          [width, [...new Set(tiles.map((tile) => tile.left))]],
          [height, [...new Set(tiles.map((tile) => tile.top))]],
        ] as const) {
          expect(Math.min(...starts)).toBeLessThanOrEqual(0);
          expect(Math.max(...starts) + side).toBeGreaterThanOrEqual(length - 1e-6);
          const steps = starts.slice(1).map((start, i) => start - (starts[i] ?? 0));
          expect(Math.max(0, ...steps)).toBeLessThanOrEqual(side * 0.8 + 1e-6);
        }
      }),
    );
  });

  it('moves along with its area', () => {
    expect(tiledRegions({ x: 100, y: 50, width: 200, height: 100 }, 100)).toEqual([
      { left: 100, top: 50, side: 100 },
      { left: 150, top: 50, side: 100 },
      { left: 200, top: 50, side: 100 },
    ]);
  });

  it('halves a wide picture', () => {
    expect(tiledRegions({ x: 0, y: 0, width: 1280, height: 720 }, 720)).toEqual([
      { left: 0, top: 0, side: 720 },
      { left: 560, top: 0, side: 720 },
    ]);
  });
});
