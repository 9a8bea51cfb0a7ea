import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { faceQuality } from './face-quality.ts';
import type { Planar } from './planar.ts';

const side = 150;

/** Blobs of many sizes, about as a face has them, from a fixed seed; blurred and darkened. */
async function blobs({ sigma = 0, light = 1 }): Promise<Planar> {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const circles = Array.from({ length: 120 }, () => {
    const level = Math.round(random() * 200 + 30);
    return `<circle cx="${random() * side}" cy="${random() * side}" r="${2 + random() * 20}" fill="rgb(${level},${level},${level})"/>`;
  });
  const drawing = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${circles.join('')}</svg>`,
  );
  const drawn = sharp(drawing).flatten({ background: 'gray' }).linear(light, 0);
  const pixels = await (sigma > 0 ? drawn.blur(sigma) : drawn).removeAlpha().raw().toBuffer();
  const data = new Float32Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    for (let channel = 0; channel < 3; channel++) data[channel * side * side + i] = pixels[i * 3 + channel] ?? 0;
  }
  return { data, side };
}

describe('faceQuality', () => {
  it('falls in sharpness with every bit of blur, down to nothing', async () => {
    const sigmas = [1, 2, 3, 5, 8];
    const values = await Promise.all(sigmas.map(async (sigma) => faceQuality(await blobs({ sigma })).sharpness));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values[0]).toBeGreaterThan(60);
    expect(values[3]).toBeLessThan(15);
  });

  it('does not take darkness for blur, but for darkness', async () => {
    const bright = faceQuality(await blobs({}));
    const dark = faceQuality(await blobs({ light: 0.25 }));
    expect(Math.abs(dark.sharpness - bright.sharpness)).toBeLessThan(8);
    expect(dark.brightness).toBeCloseTo(bright.brightness / 4, 0);
  });

  it('is 0 for one plain color, and as bright as that', () => {
    const plain = { data: new Float32Array(side * side * 3).fill(51), side };
    expect(faceQuality(plain).sharpness).toBe(0);
    expect(faceQuality(plain).brightness).toBeCloseTo(20, 3);
  });
});
