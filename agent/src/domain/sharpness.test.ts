import { describe, expect, it } from 'vitest';
import { drawDoor, randomOf } from '../../test/drawn-door.ts';
import type { Luma } from '../ports/frame.ts';
import { lightOf } from './light.ts';
import { sharpnessOf } from './sharpness.ts';

const person = { x: 0.3, y: 0.2, width: 0.4, height: 0.7 };
const sharp = drawDoor({ width: 320, height: 180, people: [person] });

/** Smeared along a line by so many pixels, as by movement. */
function smeared({ width, height, data }: Luma, pixels: number): Luma {
  const blurred = data.map((_, i) => {
    const column = i % width;
    let sum = 0;
    for (let k = 0; k < pixels; k++) sum += data[i - Math.min(column, k)] ?? 0;
    return sum / pixels;
  });
  return { width, height, data: blurred };
}

describe('sharpness', () => {
  it('falls as movement smears the picture', () => {
    const all = [1, 3, 6, 12].map((pixels) => sharpnessOf(pixels === 1 ? sharp : smeared(sharp, pixels)));
    expect(all).toEqual([...all].sort((a, b) => b - a));
    expect(all[0]).toBeGreaterThan(2 * (all[3] ?? 1));
  });

  it('does not depend on contrast', () => {
    const pale = { ...sharp, data: sharp.data.map((level) => 60 + level / 2) };
    expect(sharpnessOf(pale)).toBeCloseTo(sharpnessOf(sharp), 0);
  });

  it('is 0 for a flat picture, and for one too small to tell', () => {
    expect(sharpnessOf({ width: 64, height: 64, data: new Uint8Array(4096).fill(90) })).toBe(0);
    expect(sharpnessOf({ width: 3, height: 3, data: new Uint8Array(9).fill(90) })).toBe(0);
  });
});

describe('light', () => {
  it('is best in the middle, worse in the dark and in glare', () => {
    const random = randomOf(3);
    const lit = (factor: number, plus: number) =>
      lightOf({ width: 64, height: 64, data: Uint8Array.from({ length: 4096 }, () => plus + random() * 120 * factor) });
    expect(lit(1, 70)).toBe(1);
    expect(lit(0.2, 4)).toBeLessThan(0.1);
    expect(lit(0.2, 230)).toBeLessThan(0.4);
    expect(lightOf({ width: 0, height: 0, data: new Uint8Array() })).toBe(0);
  });
});
