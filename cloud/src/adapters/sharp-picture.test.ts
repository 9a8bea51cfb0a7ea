import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { normalizePicture } from './sharp-picture.ts';

describe('the picture that is kept', () => {
  it('is an upright JPEG of at most 1,600 px without metadata', async () => {
    const wide = sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#804020' } });
    const shot = await wide
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const kept = await sharp(await normalizePicture(shot)).metadata();
    expect(kept).toMatchObject({ format: 'jpeg', width: 800, height: 1600 });
    expect(kept.exif).toBeUndefined();
    expect(kept.orientation).toBeUndefined();
  });

  it('has a white ground where a PNG or WebP was transparent', async () => {
    for (const format of ['png', 'webp'] as const) {
      const clear = {
        create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
      } as const;
      const kept = sharp(await normalizePicture(await sharp(clear).toFormat(format).toBuffer()));
      const { data } = await kept.raw().toBuffer({ resolveWithObject: true });
      expect(data[0]).toBeGreaterThan(250);
    }
  });

  it('is refused when it is none, is cut off, or is of another kind', async () => {
    const whole = await sharp({
      create: {
        width: 640,
        height: 480,
        channels: 3,
        background: '#123',
        noise: { type: 'gaussian', mean: 99, sigma: 30 },
      },
    })
      .jpeg()
      .toBuffer();
    const gif = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
      .gif()
      .toBuffer();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
    for (const bad of [Buffer.from('not a picture'), Buffer.alloc(0), whole.subarray(0, whole.length / 2), gif, svg]) {
      await expect(normalizePicture(bad)).rejects.toMatchObject({ code: 'not-an-image' });
    }
  });
});
