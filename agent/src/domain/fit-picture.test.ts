import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Encoding, JpegEncoder } from '../ports/jpeg-encoder.ts';
import { cutAround, fitPicture } from './fit-picture.ts';

/** A codec whose result takes so many bytes per pixel at quality 85, and fewer below. */
function codec(bytesPerPixel: number): JpegEncoder & { readonly asked: Encoding[] } {
  const asked: Encoding[] = [];
  return {
    asked,
    async encode(_jpeg, encoding) {
      asked.push(encoding);
      const bytes = 300 + encoding.width * encoding.height * bytesPerPixel * (encoding.quality / 85);
      return new Uint8Array(Math.ceil(bytes));
    },
  };
}

const pictures = fc
  .record({ width: fc.integer({ min: 64, max: 4056 }), height: fc.integer({ min: 64, max: 3040 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      region: fc.tuple(fc.nat(width - 1), fc.nat(height - 1)).chain(([x, y]) =>
        fc.record({
          x: fc.constant(x),
          y: fc.constant(y),
          width: fc.integer({ min: 1, max: width - x }),
          height: fc.integer({ min: 1, max: height - y }),
        }),
      ),
      bytes: fc.integer({ min: 1_000, max: 400_000 }),
      bytesPerPixel: fc.double({ min: 0.02, max: 3, noNaN: true }),
    }),
  );

const maxBytes = 97_000;

test('whatever comes out fits, is never larger than the picture, and takes few tries', async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async ({ bytes, bytesPerPixel, ...size }) => {
      const encoder = codec(bytesPerPixel);
      const fitted = await fitPicture({ ...size, image: new Uint8Array(bytes) }, maxBytes, encoder);
      expect(fitted?.image.length).toBeLessThanOrEqual(maxBytes);
      for (const { crop, width, height } of encoder.asked) {
        expect(width).toBeLessThanOrEqual(crop?.width ?? size.width);
        expect(height).toBeLessThanOrEqual(crop?.height ?? size.height);
      }
      expect(encoder.asked.length).toBeLessThanOrEqual(4);
    }),
  );
});

test('a cut lies in the picture and holds what moved', () => {
  fc.assert(
    fc.property(pictures, (picture) => {
      const { region } = picture;
      const cut = cutAround(region, picture);
      if (!cut) return;
      expect(cut.x).toBeGreaterThanOrEqual(0);
      expect(cut.y).toBeGreaterThanOrEqual(0);
      expect(cut.x + cut.width).toBeLessThanOrEqual(picture.width);
      expect(cut.y + cut.height).toBeLessThanOrEqual(picture.height);
      expect(cut.x).toBeLessThanOrEqual(region.x);
      expect(cut.y).toBeLessThanOrEqual(region.y);
      expect(cut.x + cut.width).toBeGreaterThanOrEqual(region.x + region.width);
      expect(cut.y + cut.height).toBeGreaterThanOrEqual(region.y + region.height);
    }),
  );
});

test('the region that goes along lies in the picture that goes', async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async ({ bytes, bytesPerPixel, ...size }) => {
      const encoder = codec(bytesPerPixel);
      const fitted = await fitPicture({ ...size, image: new Uint8Array(bytes) }, maxBytes, encoder);
      const sent = encoder.asked.at(-1) ?? size;
      if (!fitted?.region) return;
      expect(fitted.region.x + fitted.region.width).toBeLessThanOrEqual(sent.width);
      expect(fitted.region.y + fitted.region.height).toBeLessThanOrEqual(sent.height);
    }),
  );
});

test('a picture that fits goes as it is', async () => {
  const image = new Uint8Array(maxBytes);
  const region = { x: 1, y: 2, width: 30, height: 40 };
  const encoder = codec(1);
  expect(await fitPicture({ image, width: 1280, height: 720, region }, maxBytes, encoder)).toEqual({ image, region });
  expect(encoder.asked).toEqual([]);
});

test('a person in a large picture keeps every pixel, with room above the head', async () => {
  const region = { x: 1500, y: 1200, width: 500, height: 900 };
  const encoder = codec(0.1);
  await fitPicture({ image: new Uint8Array(4e6), width: 4056, height: 3040, region }, maxBytes, encoder);
  const [{ crop, width, height } = { width: 0, height: 0 }] = encoder.asked;
  expect([crop?.width, crop?.height]).toEqual([width, height]);
  expect(crop?.y).toBeLessThan(region.y - 200);
});

test('what no size makes fit is undefined', async () => {
  const picture = { image: new Uint8Array(5_000), width: 640, height: 480 };
  expect(await fitPicture(picture, 200, codec(1))).toBeUndefined();
});
