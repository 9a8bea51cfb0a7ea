import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Encoding, JpegEncoder } from '../ports/jpeg-encoder.ts';
import { fitPicture } from './fit-picture.ts';

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
      const fitted = await fitPicture({ ...size, image: new Uint8Array(bytes) }, { maxBytes, crop: true }, encoder);
      expect(fitted?.image.length).toBeLessThanOrEqual(maxBytes);
      for (const { crop, width, height } of encoder.asked) {
        expect(width).toBeLessThanOrEqual(crop?.width ?? size.width);
        expect(height).toBeLessThanOrEqual(crop?.height ?? size.height);
      }
      expect(encoder.asked.length).toBeLessThanOrEqual(4);
    }),
  );
});

test('the region that goes along lies in the picture that goes', async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async ({ bytes, bytesPerPixel, ...size }) => {
      const encoder = codec(bytesPerPixel);
      const fitted = await fitPicture({ ...size, image: new Uint8Array(bytes) }, { maxBytes, crop: true }, encoder);
      const sent = encoder.asked.at(-1) ?? size;
      if (!fitted) return;
      expect([fitted.width, fitted.height]).toEqual([sent.width, sent.height]);
      expect(fitted.region?.width).toBeGreaterThan(0);
      expect((fitted.region?.x ?? 0) + (fitted.region?.width ?? 0)).toBeLessThanOrEqual(sent.width);
      expect((fitted.region?.y ?? 0) + (fitted.region?.height ?? 0)).toBeLessThanOrEqual(sent.height);
    }),
  );
});

test('a picture that fits goes as it is', async () => {
  const image = new Uint8Array(maxBytes);
  const region = { x: 1, y: 2, width: 30, height: 40 };
  const encoder = codec(1);
  const picture = { image, width: 1280, height: 720, region };
  expect(await fitPicture(picture, { maxBytes, crop: true }, encoder)).toEqual(picture);
  expect(encoder.asked).toEqual([]);
});

test('a person in a large picture keeps every pixel, with room above the head', async () => {
  const region = { x: 1500, y: 1200, width: 500, height: 900 };
  const encoder = codec(0.1);
  await fitPicture(
    { image: new Uint8Array(4e6), width: 4056, height: 3040, region },
    { maxBytes, crop: true },
    encoder,
  );
  const [{ crop, width, height } = { width: 0, height: 0 }] = encoder.asked;
  expect([crop?.width, crop?.height]).toEqual([width, height]);
  expect(crop?.y).toBeLessThan(region.y - 200);
});

test('what no size makes fit is undefined', async () => {
  const picture = { image: new Uint8Array(5_000), width: 640, height: 480 };
  expect(await fitPicture(picture, { maxBytes: 200, crop: true }, codec(1))).toBeUndefined();
});

const small = { x: 900, y: 200, width: 50, height: 60 };
const whole = { width: 1920, height: 1080, region: { x: 700, y: 150, width: 400, height: 900 } };

test('a picture in which faces are small is cut to them, though it fits, and every pixel of them is kept', async () => {
  const encoder = codec(0.2);
  const picture = { ...whole, image: new Uint8Array(90_000), faces: [small] };
  const fitted = await fitPicture(picture, { maxBytes, crop: true }, encoder);
  expect(fitted).toMatchObject({ width: 320, height: 320, cut: { width: 320, height: 320 } });
  const { cut } = fitted ?? {};
  expect(cut?.x).toBeLessThan(small.x - small.width);
  expect(cut?.y).toBeLessThan(small.y - small.height);
  // All of what moved that the cut shows.
  expect(fitted?.region).toEqual({ x: 0, y: 150 - (cut?.y ?? 0), width: 320, height: 320 + (cut?.y ?? 0) - 150 });
  expect(encoder.asked[0]?.quality).toBeGreaterThan(90);
});

test('a picture in which faces are large goes whole', async () => {
  const picture = { ...whole, image: new Uint8Array(90_000), faces: [{ x: 700, y: 200, width: 300, height: 380 }] };
  expect(await fitPicture(picture, { maxBytes, crop: true }, codec(0.2))).not.toHaveProperty('cut');
});

test('nothing that fits is cut when that is switched off', async () => {
  const picture = { ...whole, image: new Uint8Array(90_000), faces: [small] };
  const fitted = await fitPicture(picture, { maxBytes, crop: false }, codec(0.2));
  expect(fitted?.image).toBe(picture.image);
  expect(fitted?.cut).toBeUndefined();
});

test('a cut that is made to fit holds faces outside of what moved too', async () => {
  const face = { x: 100, y: 700, width: 200, height: 240 };
  const picture = { ...whole, width: 4056, height: 3040, image: new Uint8Array(4e6), faces: [face] };
  const fitted = await fitPicture(picture, { maxBytes, crop: false }, codec(0.1));
  expect(fitted?.cut?.x).toBeLessThanOrEqual(face.x);
  expect((fitted?.cut?.x ?? 0) + (fitted?.cut?.width ?? 0)).toBeGreaterThanOrEqual(1100);
});
