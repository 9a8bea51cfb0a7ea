import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cropFaceWithSharp } from './sharp-crop-face.ts';

/** 400 × 300 px, left half red, right half blue. */
function halves() {
  const red = { create: { width: 200, height: 300, channels: 3 as const, background: 'red' } };
  return sharp({ create: { width: 400, height: 300, channels: 3, background: 'blue' } }).composite([
    { input: red, left: 0, top: 0 },
  ]);
}

describe('cropping a face', () => {
  it('keeps half of its size around it', async () => {
    const face = await cropFaceWithSharp(await halves().png().toBuffer(), { x: 250, y: 100, width: 60, height: 80 });
    const { format, width, height } = await sharp(face).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 120, height: 160 });
    const { dominant } = await sharp(face).stats();
    expect(dominant.b).toBeGreaterThan(200);
    expect(dominant.r).toBeLessThan(50);
  });

  it('stays within the picture', async () => {
    const picture = await halves().jpeg().toBuffer();
    const face = await cropFaceWithSharp(picture, { x: -20, y: 250.5, width: 100, height: 120 });
    const { width, height } = await sharp(face).metadata();
    expect({ width, height }).toEqual({ width: 130, height: 110 });
  });

  it('turns the picture upright first, as positions are those of the upright picture', async () => {
    // Orientation 6: the camera was turned; upright it is 300 × 400, red above.
    const picture = await halves().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const face = await cropFaceWithSharp(picture, { x: 100, y: 300, width: 50, height: 50 });
    const { dominant } = await sharp(face).stats();
    expect(dominant.b).toBeGreaterThan(200);
  });

  it('refuses what is no picture', async () => {
    await expect(
      cropFaceWithSharp(new Uint8Array([1, 2, 3]), { x: 0, y: 0, width: 1, height: 1 }),
    ).rejects.toMatchObject({ code: 'not-an-image' });
  });
});
