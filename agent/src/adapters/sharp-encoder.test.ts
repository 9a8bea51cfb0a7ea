import { CaptureMessage } from '@rollcall/contract/capture';
import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import { fitCapture } from '../domain/fit-capture.ts';
import { sharpEncoder } from './sharp-encoder.ts';

/** A JPEG of pure noise: the hardest there is to compress. */
async function noise(width: number, height: number, quality = 95): Promise<Uint8Array> {
  const gaussian = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  return sharp({ create: { width, height, channels: 3, background: 'black', noise: gaussian } })
    .jpeg({ quality })
    .toBuffer();
}

function captureOf(image: Uint8Array, width: number, height: number, region = { x: 0, y: 0, width, height }) {
  return {
    kind: 'capture' as const,
    captureId: CaptureId.parse(ulid()),
    passageId: PassageId.parse(ulid()),
    frame: { at: 1_767_600_000_000, image, width, height, luma: { width: 0, height: 0, data: new Uint8Array() } },
    clockSynced: true,
    region,
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
  };
}

test.each([
  [640, 480],
  [1280, 720],
  [4056, 3040],
])('a picture of noise, %i × %i, becomes a message under the limit', async (width, height) => {
  const message = await fitCapture(captureOf(await noise(width, height), width, height), sharpEncoder, { crop: true });
  const payload = JSON.stringify(message);
  expect(Buffer.byteLength(payload)).toBeLessThan(maxPayloadBytes);
  const { image } = CaptureMessage.parse(JSON.parse(payload));
  const sent = await sharp(Buffer.from(image, 'base64')).metadata();
  expect(sent.width).toBeLessThanOrEqual(width);
  // The limit is used: a tiny picture would fit too.
  expect(image.length).toBeGreaterThan(0.25 * maxPayloadBytes);
});

test('what moved is cut out before anything is made smaller', async () => {
  const region = { x: 600, y: 400, width: 150, height: 200 };
  const image = await noise(2000, 1500, 60);
  const message = await fitCapture(captureOf(image, 2000, 1500, region), sharpEncoder, { crop: true });
  const sent = await sharp(Buffer.from(message?.image ?? '', 'base64')).metadata();
  expect([sent.width, sent.height]).toEqual([320, 320]);
  const cut = message?.cut;
  expect(cut).toMatchObject({ width: 320, height: 320, frameWidth: 2000, frameHeight: 1500 });
  expect(message?.region).toEqual({ ...region, x: 600 - (cut?.x ?? 0), y: 400 - (cut?.y ?? 0) });
});

test('a picture that fits is sent byte for byte', async () => {
  const image = await noise(320, 240, 60);
  const message = await fitCapture(captureOf(image, 320, 240), sharpEncoder, { crop: true });
  expect(Buffer.from(message?.image ?? '', 'base64')).toEqual(Buffer.from(image));
  expect(message?.region).toEqual({ x: 0, y: 0, width: 320, height: 240 });
});

test('a picture that lies on its side stays so, and says so', async () => {
  const upright = sharp(await noise(1600, 1200)).withMetadata({ orientation: 6 });
  const image = await upright.jpeg({ quality: 95 }).toBuffer();
  const message = await fitCapture(captureOf(image, 1600, 1200), sharpEncoder, { crop: true });
  const sent = await sharp(Buffer.from(message?.image ?? '', 'base64')).metadata();
  expect(sent.orientation).toBe(6);
  expect(sent.width).toBeGreaterThan(sent.height);
});

test.each([
  ['truncated', (whole: Uint8Array) => whole.subarray(0, 150_000)],
  ['not an image', () => new Uint8Array(150_000).fill(65)],
  ['empty', () => new Uint8Array()],
])('a picture that is %s is refused in words', async (_kind, breakIt) => {
  const encoding = { width: 320, height: 180, quality: 80 };
  await expect(sharpEncoder.encode(breakIt(await noise(1280, 720)), encoding)).rejects.toThrow(InvalidInput);
});
