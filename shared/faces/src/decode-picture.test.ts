import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from './decode-picture.ts';

/** 40 × 20: the left half red, the right half blue. */
function flag(): Sharp {
  const red = { create: { width: 20, height: 20, channels: 3 as const, background: 'red' } };
  return sharp({ create: { width: 40, height: 20, channels: 3, background: 'blue' } }).composite([
    { input: red, left: 0, top: 0 },
  ]);
}

async function colorAt(image: Uint8Array, x: number, y: number): Promise<number[]> {
  const { picture } = await decodePicture(image);
  const at = (y * picture.width + x) * 3;
  return [...picture.data.subarray(at, at + 3)];
}

const red = [expect.closeTo(254, -1), expect.closeTo(0, -1), expect.closeTo(0, -1)];

describe('decodePicture', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('reads %s', async (format) => {
    const image = await flag().toFormat(format, { quality: 95 }).toBuffer();
    const { picture, shrunkBy } = await decodePicture(image);
    expect(picture).toMatchObject({ width: 40, height: 20 });
    expect(picture.data).toHaveLength(40 * 20 * 3);
    expect(shrunkBy).toBe(1);
    expect(await colorAt(image, 5, 10)).toEqual(red);
  });

  it('turns a picture upright by its EXIF orientation', async () => {
    // 6: the camera was turned, the left of the file is the top.
    const image = await flag().jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer();
    const { picture } = await decodePicture(image);
    expect(picture).toMatchObject({ width: 20, height: 40 });
    expect(await colorAt(image, 10, 5)).toEqual(red);
  });

  it('makes gray, 16-bit, transparent and CMYK pictures RGB', async () => {
    const gray = await flag().grayscale().png().toBuffer();
    const deep = await flag().toColourspace('rgb16').png().toBuffer();
    const cmyk = await flag().toColourspace('cmyk').jpeg().toBuffer();
    for (const image of [gray, deep, cmyk]) expect((await decodePicture(image)).picture.data).toHaveLength(2400);
    expect(await colorAt(deep, 5, 10)).toEqual(red);
    const clear = await sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect(await colorAt(clear, 1, 1)).toEqual([255, 255, 255]);
  });

  it('shrinks 12 megapixels while decoding, and says by how much', async () => {
    const image = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'gray' } })
      .jpeg()
      .toBuffer();
    const { picture, shrunkBy } = await decodePicture(image);
    expect(picture).toMatchObject({ width: 1920, height: 1440 });
    expect(shrunkBy).toBeCloseTo(4000 / 1920, 6);
  });

  it.each([
    ['nothing', async () => new Uint8Array(0)],
    ['text', async () => Buffer.from('not a picture at all')],
    ['SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['GIF', async () => flag().gif().toBuffer()],
    ['a JPEG header alone', async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['a truncated JPEG', async () => half(await noise().jpeg().toBuffer())],
    ['a truncated PNG', async () => half(await noise().png().toBuffer())],
    ['a truncated WebP', async () => half(await noise().webp().toBuffer())],
    ['a decompression bomb', async () => bomb()],
  ])('refuses %s', async (_, image) => {
    await expect(decodePicture(await image())).rejects.toMatchObject({ name: 'InvalidInput', code: 'not-an-image' });
  });
});

function noise(): Sharp {
  return sharp({
    create: {
      width: 200,
      height: 200,
      channels: 3,
      background: 'gray',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
}

function half(image: Buffer): Uint8Array {
  return image.subarray(0, image.length / 2);
}

/** 64 megapixels of one color: a few kilobytes. */
async function bomb(): Promise<Buffer> {
  return sharp({ create: { width: 8000, height: 8000, channels: 3, background: 'white' } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
