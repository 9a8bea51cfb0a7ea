import { randomBytes } from 'node:crypto';
import { maxPhotoRequestBytes } from '@rollcall/contract/photo-request';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fitPhoto } from './fit-photo.ts';

describe('a photo before it is sent', () => {
  it('stays as it is when every edition takes it', async () => {
    const photo = { body: new Uint8Array(maxPhotoRequestBytes), contentType: 'image/png' };
    expect(await fitPhoto(photo)).toBe(photo);
  });

  it('is made smaller, and upright, when it is larger, with all the pixels that recognition keeps', async () => {
    const raw = { width: 3000, height: 2000, channels: 3 } as const;
    // Noise: nothing is harder to compress.
    const body = await sharp(randomBytes(raw.width * raw.height * raw.channels), { raw })
      .jpeg({ quality: 95 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(body.byteLength).toBeGreaterThan(maxPhotoRequestBytes);
    const smaller = await fitPhoto({ body, contentType: 'image/jpeg' });
    expect(smaller.contentType).toBe('image/jpeg');
    expect(smaller.body.byteLength).toBeLessThanOrEqual(maxPhotoRequestBytes);
    const { width, height } = await sharp(smaller.body).metadata();
    expect(Math.max(width, height)).toBeGreaterThanOrEqual(1600);
    expect(height).toBeGreaterThan(width);
  });

  it('goes as it is when it is no picture: the API says so', async () => {
    const photo = { body: new Uint8Array(maxPhotoRequestBytes + 1), contentType: 'image/png' };
    expect(await fitPhoto(photo)).toBe(photo);
  });
});
