import { InvalidInput } from '@rollcall/kit/app-error';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../test/drawn-door.ts';
import type { Luma } from '../ports/frame.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { jpegLuma } from './jpeg-luma.ts';

/** Smooth color with sharp edges and some noise, so that every length of code occurs. */
function picture(width: number, height: number, { noise = 20, seed = 7 } = {}) {
  const random = randomOf(seed);
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const x = (i % width) / width;
    const y = Math.floor(i / width) / height;
    const edge = Math.floor(x * 9) % 2 === Math.floor(y * 5) % 2 ? 60 : 0;
    data[i * 3] = 255 * x * 0.6 + edge + noise * random();
    data[i * 3 + 1] = 255 * y * 0.6 + edge + noise * random();
    data[i * 3 + 2] = 128 - 100 * x * y + noise * random();
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The same by the general decoder: all of the picture, then the mean of each block that is whole. */
async function blockMeans(jpeg: Buffer): Promise<Luma> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const width = Math.floor(info.width / 8);
  const height = Math.floor(info.height / 8);
  const means = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let y = row * 8; y < row * 8 + 8; y++) {
        for (let x = column * 8; x < column * 8 + 8; x++) {
          const at = (y * info.width + x) * info.channels;
          const [red = 0, green = red, blue = red] = info.channels === 1 ? [data[at]] : data.subarray(at, at + 3);
          sum += 0.299 * red + 0.587 * green + 0.114 * blue;
        }
      }
      means[row * width + column] = sum / 64;
    }
  }
  return { width, height, data: means };
}

/** The largest difference between the two. */
async function furthest(jpeg: Buffer): Promise<number> {
  const luma = jpegLuma(jpeg);
  const means = await blockMeans(jpeg);
  const { width, height } = readJpegHeader(jpeg);
  expect(luma).toMatchObject({ width: Math.ceil(width / 8), height: Math.ceil(height / 8) });
  let most = 0;
  for (let row = 0; row < means.height; row++) {
    for (let column = 0; column < means.width; column++) {
      const ours = luma?.data[row * (luma?.width ?? 0) + column] ?? -99;
      most = Math.max(most, Math.abs(ours - (means.data[row * means.width + column] ?? 0)));
    }
  }
  return most;
}

/** The general decoder clips each pixel and rounds each color. */
const rounding = 3;

function isRefusedOrRead(jpeg: Buffer): boolean {
  try {
    const luma = jpegLuma(jpeg);
    return !luma || luma.data.length === luma.width * luma.height;
  } catch (error) {
    return error instanceof InvalidInput;
  }
}

describe('the luma of a JPEG', () => {
  it.each([
    ['4:2:0', { chromaSubsampling: '4:2:0' }],
    ['4:4:4', { chromaSubsampling: '4:4:4' }],
    ['tables of its own', { optimizeCoding: true }],
    ['the standard tables', { optimizeCoding: false }],
    ['the best quality', { quality: 100 }],
    ['a low quality', { quality: 20 }],
  ])('is the mean of its blocks, with %s', async (_, options) => {
    for (const [width, height] of [
      [640, 360],
      [643, 365],
      [8, 8],
      [17, 9],
    ] as const) {
      const jpeg = await picture(width, height)
        .jpeg({ progressive: false, ...options })
        .toBuffer();
      expect(await furthest(jpeg)).toBeLessThanOrEqual(rounding);
    }
  });

  it('is read from a gray JPEG, and from one full of noise', async () => {
    expect(await furthest(await picture(320, 200).toColourspace('b-w').jpeg().toBuffer())).toBeLessThanOrEqual(
      rounding,
    );
    expect(
      await furthest(await picture(320, 200, { noise: 120 }).jpeg({ quality: 95 }).toBuffer()),
    ).toBeLessThanOrEqual(rounding);
  });

  it('is left to the general decoder for other kinds', async () => {
    expect(jpegLuma(await picture(64, 64).jpeg({ progressive: true }).toBuffer())).toBeUndefined();
    expect(jpegLuma(await picture(64, 64).toColourspace('cmyk').jpeg().toBuffer())).toBeUndefined();
  });

  it('refuses what is cut off, wherever that is', async () => {
    const jpeg = await picture(320, 200).jpeg().toBuffer();
    for (const part of [0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99]) {
      expect(() => jpegLuma(jpeg.subarray(0, Math.floor(jpeg.length * part)))).toThrow(InvalidInput);
    }
  });

  it('refuses damaged data or reads something, but never fails otherwise', async () => {
    const jpeg = await picture(160, 96).jpeg().toBuffer();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        (changes) => {
          const damaged = Buffer.from(jpeg);
          for (const [at, value] of changes) damaged[at] = value;
          expect(isRefusedOrRead(damaged)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not touch the JPEG', async () => {
    const jpeg = await picture(160, 96).jpeg().toBuffer();
    const before = Buffer.from(jpeg);
    jpegLuma(jpeg);
    expect(jpeg.equals(before)).toBe(true);
  });
});
