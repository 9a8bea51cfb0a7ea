import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapped, type Point, similarityTransform, squareRegion, turnedSquare } from './affine.ts';

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });

describe('similarityTransform', () => {
  it('finds the turn, scale and shift that made one set of points from another', () => {
    const triangle: Point[] = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 3, y: 7 },
    ];
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        coordinate,
        coordinate,
        (angle, scale, x, y) => {
          const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
          const moved = triangle.map((p) => ({ x: cos * p.x - sin * p.y + x, y: sin * p.x + cos * p.y + y }));
          const found = similarityTransform(triangle, moved);
          for (const [i, point] of triangle.entries()) {
            const there = mapped(found, point.x, point.y);
            expect(there.x).toBeCloseTo(moved[i]?.x ?? 0, 6);
            expect(there.y).toBeCloseTo(moved[i]?.y ?? 0, 6);
          }
        },
      ),
    );
  });
});

describe('a square of the picture', () => {
  it('has its corners where its outermost pixels begin and end', () => {
    const affine = squareRegion(100, 50, 64, 32);
    expect(mapped(affine, -0.5, -0.5)).toEqual({ x: 99.5, y: 49.5 });
    expect(mapped(affine, 31.5, 31.5)).toEqual({ x: 163.5, y: 113.5 });
  });

  it('keeps its center however it is turned', () => {
    fc.assert(
      fc.property(coordinate, coordinate, fc.double({ min: -3, max: 3, noNaN: true }), (x, y, angle) => {
        const center = mapped(turnedSquare({ x, y }, 80, angle, 192), 95.5, 95.5);
        expect(center.x).toBeCloseTo(x, 6);
        expect(center.y).toBeCloseTo(y, 6);
      }),
    );
  });
});
