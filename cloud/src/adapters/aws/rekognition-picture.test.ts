import { sampleFace } from '@rollcall/faces/sample-faces';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { boxIn, RekognitionPicture } from './rekognition-picture.ts';

/** Left half black, right half white, with noise so that it does not compress to nothing. */
function halves(width: number, height: number): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = (Math.floor(i / 3) % width < width / 2 ? 0 : 200) + ((i * 37) % 50);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

describe('RekognitionPicture', () => {
  it('sends a JPEG as it is', async () => {
    const jpeg = await sharp(await halves(640, 480))
      .jpeg()
      .toBuffer();
    const { whole } = await RekognitionPicture.read(jpeg);
    expect(whole.bytes).toBe(jpeg);
    expect(whole.frame).toEqual({ x: 0, y: 0, width: 640, height: 480 });
  });

  it('makes a JPEG that fits of everything else, and knows what it shows', async () => {
    const large = await RekognitionPicture.read(await halves(4000, 1000));
    const sent = await sharp(large.whole.bytes).metadata();
    expect([sent.format, sent.width, sent.height]).toEqual(['jpeg', 1920, 480]);
    const box = boxIn(large.whole, { Left: 0.5, Top: 0.5, Width: 0.1, Height: 0.1 });
    expect([box.x, box.y, box.width, box.height].map(Math.round)).toEqual([2000, 500, 400, 100]);
    const tiny = await RekognitionPicture.read(await halves(100, 40));
    expect(await sharp(tiny.whole.bytes).metadata()).toMatchObject({ width: 100, height: 80 });
    expect(boxIn(tiny.whole, { Left: 0, Top: 0.25, Width: 1, Height: 0.25 })).toMatchObject({ y: 20, height: 20 });
  });

  it('keeps under 5 MB', async () => {
    const noise = await sharp({
      create: {
        width: 1900,
        height: 1400,
        channels: 3,
        background: 'gray',
        noise: { type: 'gaussian', mean: 128, sigma: 90 },
      },
    })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(noise.byteLength).toBeGreaterThan(5 * 1024 * 1024);
    const { whole } = await RekognitionPicture.read(noise);
    expect(whole.bytes.byteLength).toBeLessThanOrEqual(5 * 1024 * 1024);
  });

  it('cuts a face out so that its place is found again, and covers the others', async () => {
    const picture = await RekognitionPicture.read(await halves(400, 200));
    const face = { x: 50, y: 50, width: 100, height: 100 };
    const other = { x: 165, y: 60, width: 100, height: 80 };
    const crop = await picture.crop(face, [face, other]);
    const { data, info } = await sharp(crop.bytes).raw().toBuffer({ resolveWithObject: true });
    const [left, top] = [(face.x - crop.frame.x) / crop.frame.width, (face.y - crop.frame.y) / crop.frame.height];
    const back = boxIn(crop, { Left: left, Top: top, Width: 100 / crop.frame.width, Height: 100 / crop.frame.height });
    expect([back.x, back.y, back.width, back.height].map(Math.round)).toEqual([50, 50, 100, 100]);
    const at = (x: number, y: number) => data[((y - crop.frame.y) * info.width + x - crop.frame.x) * 3] ?? 0;
    expect(at(100, 100)).toBeLessThan(70);
    expect(at(180, 100)).toBeGreaterThan(100);
    expect(at(180, 100)).toBeLessThan(150);
  });

  it('cuts out no less than Rekognition takes', async () => {
    const picture = await RekognitionPicture.read(await halves(400, 200));
    const crop = await picture.crop({ x: 380, y: 190, width: 40, height: 40 }, []);
    const { width, height } = await sharp(crop.bytes).metadata();
    expect(Math.min(width ?? 0, height ?? 0)).toBeGreaterThanOrEqual(80);
    expect(crop.frame.x + crop.frame.width).toBeGreaterThan(400);
  });

  it('measures blur and light', async () => {
    const face = await sharp(await sampleFace({ row: 0, column: 0 }))
      .resize(200)
      .toBuffer();
    const blurred = await sharp(face).blur(6).toBuffer();
    const [clear, soft] = await Promise.all([face, blurred].map((one) => RekognitionPicture.read(one)));
    const box = { x: 40, y: 40, width: 120, height: 120 };
    expect(clear?.qualityAt(box).sharpness).toBeGreaterThan((soft?.qualityAt(box).sharpness ?? 0) + 20);
    const wall = await RekognitionPicture.read(await halves(400, 200));
    const dark = { ...box, x: 20 };
    expect(wall.qualityAt(dark).brightness).toBeLessThan(15);
    expect(wall.qualityAt({ ...box, x: 240 }).brightness).toBeGreaterThan(70);
  });
});
