import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readJpegHeader } from './jpeg-header.ts';
import { readFrame } from './read-frame.ts';
import { lacksHuffmanTables, withHuffmanTables } from './standard-huffman.ts';

/** A picture with detail, coded with the standard tables. */
function whole(width: number, height: number, gray = false): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 45 };
  const picture = sharp({ create: { width, height, channels: 3, background: '#888', noise } }).blur(2);
  return (gray ? picture.toColourspace('b-w') : picture).jpeg({ optimizeCoding: false, quality: 85 }).toBuffer();
}

/** As a USB camera sends it: without its DHT segments. */
function stripped(jpeg: Buffer): Buffer {
  const parts: Buffer[] = [jpeg.subarray(0, 2)];
  for (let at = 2; ; ) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    const marker = jpeg[at + 1];
    if (marker === 0xda) return Buffer.concat([...parts, jpeg.subarray(at)]);
    if (marker !== 0xc4) parts.push(jpeg.subarray(at, end));
    at = end;
  }
}

const pixels = (image: Uint8Array) => sharp(image).raw().toBuffer();

describe('a JPEG without Huffman tables', () => {
  it.each([
    ['a large picture', 1280, 720, false],
    ['one too small for block means', 320, 240, false],
    ['a gray one', 1280, 720, true],
  ])('is read as it would be with them: %s', async (_, width, height, gray) => {
    const jpeg = await whole(width, height, gray);
    const bare = stripped(jpeg);
    expect(bare.length).toBeLessThan(jpeg.length - 200);
    expect(lacksHuffmanTables(readJpegHeader(bare))).toBe(true);
    const frame = await readFrame(bare, 1);
    expect(frame.luma).toEqual((await readFrame(jpeg, 1)).luma);
    // What goes on to the cloud and to browsers is whole.
    expect(lacksHuffmanTables(readJpegHeader(frame.image))).toBe(false);
    expect((await pixels(frame.image)).equals(await pixels(jpeg))).toBe(true);
  });

  it('is left as it is when it has tables', async () => {
    const jpeg = await whole(640, 360);
    expect((await readFrame(jpeg, 1)).image).toBe(jpeg);
  });

  it('is refused when it is cut off', async () => {
    const bare = stripped(await whole(1280, 720));
    const cut = Buffer.concat([bare.subarray(0, bare.length / 2), Buffer.of(0xff, 0xd9)]);
    await expect(readFrame(cut, 1)).rejects.toThrow(InvalidInput);
  });

  it('is changed in nothing else', async () => {
    const bare = stripped(await whole(64, 64));
    const before = Buffer.from(bare);
    const header = readJpegHeader(bare);
    const full = withHuffmanTables(bare, header);
    expect(stripped(Buffer.from(full)).equals(bare)).toBe(true);
    expect(bare.equals(before)).toBe(true);
  });
});
