import * as fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { JpegSplitter } from './jpeg-splitter.ts';

let jpegs: Buffer[] = [];

beforeAll(async () => {
  const small = await plain(10, 8).jpeg().toBuffer();
  const large = await plain(200, 40).jpeg({ quality: 100 }).toBuffer();
  jpegs = [small, large, withSegment(large, small)];
});

function plain(level: number, size: number) {
  return sharp({ create: { width: size, height: size, channels: 3, background: { r: level, g: level, b: 90 } } });
}

/** With a segment that holds a whole JPEG, as cameras put thumbnails into theirs. */
function withSegment(jpeg: Buffer, inside: Buffer): Buffer {
  const header = Buffer.from([0xff, 0xe1, (inside.length + 2) >> 8, (inside.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), header, inside, jpeg.subarray(2)]);
}

function split(stream: Buffer, chunkBytes: readonly number[] = [stream.length]): { whole: Buffer[]; bad: number } {
  const splitter = new JpegSplitter();
  const whole: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < stream.length; i++) {
    const bytes = chunkBytes[i % chunkBytes.length] ?? 1;
    whole.push(...splitter.push(stream.subarray(at, at + bytes)));
    at += bytes;
  }
  splitter.end();
  return { whole, bad: splitter.badFrames };
}

describe('the JPEG splitter', () => {
  it('gives the same JPEGs however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
        (which, chunkBytes) => {
          const sent = which.map((i) => jpegs[i] ?? Buffer.alloc(0));
          const { whole, bad } = split(Buffer.concat(sent), chunkBytes);
          expect(bad).toBe(0);
          expect(whole.map((jpeg) => jpeg.toString('hex'))).toEqual(sent.map((jpeg) => jpeg.toString('hex')));
        },
      ),
    );
  });

  it('drops what lies between two JPEGs, as one bad frame', () => {
    const [a = Buffer.alloc(0), b = Buffer.alloc(0)] = jpegs;
    const stream = Buffer.concat([Buffer.from('no picture '), a, Buffer.from('not one either'), b]);
    for (const chunks of [[1], [7], [stream.length]]) {
      const { whole, bad } = split(stream, chunks);
      expect(whole).toHaveLength(2);
      expect(bad).toBe(2);
    }
  });

  it('drops a JPEG that is cut off and goes on with the next', () => {
    const [a = Buffer.alloc(0), b = Buffer.alloc(0)] = jpegs;
    const { whole, bad } = split(Buffer.concat([b.subarray(0, b.length - 20), a, b.subarray(0, 60), a]));
    expect(whole.length).toBeGreaterThanOrEqual(1);
    expect(whole.every((jpeg) => jpeg.equals(a))).toBe(true);
    expect(bad).toBeGreaterThanOrEqual(1);
  });

  it('counts what was begun when the stream ends', () => {
    const [a = Buffer.alloc(0)] = jpegs;
    expect(split(Buffer.concat([a, a.subarray(0, a.length - 2)]))).toMatchObject({ bad: 1 });
    expect(split(Buffer.alloc(0))).toMatchObject({ bad: 0, whole: [] });
  });

  it('holds on to no more than a frame may have', () => {
    const splitter = new JpegSplitter();
    const [a = Buffer.alloc(0)] = jpegs;
    splitter.push(a.subarray(0, a.length - 2));
    for (let i = 0; i < 34; i++) splitter.push(Buffer.alloc(1024 * 1024, 1));
    expect(splitter.badFrames).toBe(1);
    expect(splitter.push(a)).toHaveLength(1);
  });
});
