import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureMessage } from '@rollcall/contract/capture';
import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { FaceReader } from '@rollcall/faces/face-reader';
import { sampleFace } from '@rollcall/faces/sample-faces';
import { distanceOf, scalarProduct } from '@rollcall/faces/similarity';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharpEncoder } from '../adapters/sharp-encoder.ts';
import { readFrame } from '../cameras/read-frame.ts';
import { judgeFace } from '../domain/face-in-shot.ts';
import { fitCapture } from '../domain/fit-capture.ts';

let cacheDir: string;
let reader: FaceReader;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'cuts-'));
  reader = await FaceReader.open({ cacheDir });
});

afterAll(async () => {
  await reader.close();
  await rm(cacheDir, { recursive: true });
});

/** A busy door of 1080p, with the same man so large in it; from another photo each time. */
async function doorWith(column: number, facePixels: number): Promise<Uint8Array> {
  const blocks = Array.from({ length: 480 }, (_, i) => {
    const level = (i * 73) % 180;
    const fill = `rgb(${level + 40},${level + 30},${level + 20})`;
    return `<rect x="${(i % 30) * 64}" y="${Math.floor(i / 30) * 68}" width="64" height="68" fill="${fill}"/>`;
  });
  const wall = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1080">${blocks.join('')}</svg>`,
  );
  // The face is some 65 of the 105 pixels of a sample.
  const photo = await sharp(await sampleFace({ row: 0, column }))
    .resize(Math.round((105 * facePixels) / 65))
    .toBuffer();
  return sharp(wall)
    .composite([{ input: photo, left: 1200, top: 350 }])
    .jpeg({ quality: 85 })
    .toBuffer();
}

async function vectorOf(image: Uint8Array): Promise<Float32Array> {
  const [face] = await reader.read(image);
  if (!face?.vector) throw new Error('expected a face');
  return face.vector;
}

/** What a device publishes of it, and how it was made. */
async function published(image: Uint8Array, crop: boolean): Promise<CaptureMessage> {
  const frame = await readFrame(image, 1_767_600_000_000);
  const faces = (await reader.read(image)).flatMap((found) => judgeFace(found, frame) ?? []);
  const capture = {
    kind: 'capture' as const,
    captureId: CaptureId.parse(ulid()),
    passageId: PassageId.parse(ulid()),
    frame,
    clockSynced: true,
    region: { x: 1000, y: 250, width: 500, height: 800 },
    faces,
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
  };
  return CaptureMessage.parse(await fitCapture(capture, sharpEncoder, { crop }));
}

test.each([40, 64])(
  'a man whose face is %i pixels wide is known by the cut as well as by the whole frame',
  async (pixels) => {
    const enrolled = await vectorOf(await sampleFace({ row: 0, column: 0 }));
    const distanceTo = async (message: CaptureMessage) =>
      distanceOf(scalarProduct(enrolled, await vectorOf(Buffer.from(message.image, 'base64'))));
    let [frames, cuts] = [0, 0];
    for (const column of [2, 5, 9, 14]) {
      const door = await doorWith(column, pixels);
      const [whole, cut] = [await published(door, false), await published(door, true)];
      expect(cut.cut).toBeDefined();
      expect(cut.face).toMatchObject({ count: 1, usable: true });
      expect(cut.face?.pixels).toBeGreaterThanOrEqual(whole.face?.pixels ?? 0);
      expect(cut.image.length).toBeLessThan(whole.image.length / 2);
      frames += (await distanceTo(whole)) / 4;
      cuts += (await distanceTo(cut)) / 4;
    }
    expect(cuts).toBeLessThan(frames + 0.02);
    expect(cuts).toBeLessThan(0.378);
  },
);
