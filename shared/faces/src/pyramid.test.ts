import { describe, expect, it } from 'vitest';
import { squareRegion } from './affine.ts';
import type { Picture } from './picture.ts';
import { mirrored, normalized } from './planar.ts';
import { Pyramid } from './pyramid.ts';

function picture(side: number, color: (x: number, y: number) => readonly [number, number, number]): Picture {
  const data = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) data.set(color(i % side, Math.floor(i / side)), i * 3);
  return { data, width: side, height: side };
}

describe('Pyramid', () => {
  it('keeps the colors apart', () => {
    const { data } = new Pyramid(picture(64, () => [10, 20, 30])).sample(squareRegion(0, 0, 64, 8), 8);
    expect([...new Set(data.subarray(0, 64))]).toEqual([10]);
    expect([...new Set(data.subarray(64, 128))]).toEqual([20]);
    expect([...new Set(data.subarray(128))]).toEqual([30]);
  });

  // A ramp tells where each output pixel was read: the same place, whatever level it is read from.
  it.each([1, 1.4, 2, 3.1, 4, 7.5])('reads from the right place at %d pixels per pixel', (step) => {
    const ramp = new Pyramid(picture(256, (x, y) => [x, y, 0]));
    const side = 16;
    const { data } = ramp.sample(squareRegion(40, 60, side * step, side), side);
    for (const at of [2, 8, 13]) {
      expect(data[5 * side + at]).toBeCloseTo(40 + (at + 0.5) * step - 0.5, -0.3);
      expect(data[side * side + at * side + 5]).toBeCloseTo(60 + (at + 0.5) * step - 0.5, -0.3);
    }
  });

  it('averages fine stripes instead of picking some of them', () => {
    const stripes = new Pyramid(picture(256, (x) => (x % 2 ? [255, 255, 255] : [0, 0, 0])));
    const { data } = stripes.sample(squareRegion(0, 0, 256, 40), 40);
    for (const value of data.subarray(0, 40)) expect(value).toBeCloseTo(128, -1);
  });

  it('is black beyond the edge', () => {
    const { data } = new Pyramid(picture(32, () => [200, 200, 200])).sample(squareRegion(-32, 0, 64, 16), 16);
    expect(data[16 * 4 + 2]).toBe(0);
    expect(data[16 * 4 + 12]).toBe(200);
  });

  it('takes a picture of one pixel', () => {
    const { data } = new Pyramid(picture(1, () => [9, 9, 9])).sample(squareRegion(-8, -8, 16, 4), 4);
    expect(data).toHaveLength(48);
  });
});

describe('planar pictures', () => {
  const small = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), side: 2 };

  it('are normalized by channel', () => {
    expect([...normalized(small, [1, 5, 9], 2)]).toEqual([0, 2, 4, 6, 0, 2, 4, 6, 0, 2, 4, 6]);
  });

  it('are mirrored row by row, and are themselves again when mirrored twice', () => {
    expect([...mirrored(small).data]).toEqual([2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11]);
    expect(mirrored(mirrored(small))).toEqual(small);
  });
});
