import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import type { Encoding, JpegEncoder } from '../ports/jpeg-encoder.ts';

// One picture at a time on one core, and nothing kept between two: the door has one core to spare and 150 MB.
sharp.cache(false);
sharp.concurrency(1);

/** Four times a 12-megapixel camera: more is a broken header or an attack. */
const limitInputPixels = 50_000_000;

/** Re-encodes with sharp, streaming, so that a large picture is never whole in memory. Keeps the orientation tag, no other metadata. */
export const sharpEncoder: JpegEncoder = {
  async encode(jpeg: Uint8Array, { crop, width, height, quality }: Encoding): Promise<Uint8Array> {
    try {
      const picture = sharp(jpeg, { limitInputPixels, sequentialRead: true });
      const { orientation } = await picture.metadata();
      if (crop) picture.extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height });
      picture.resize(width, height, { fit: 'fill', withoutEnlargement: true }).jpeg({ quality });
      // Cut and size are in pixels as they are stored, so the picture stays as it is stored.
      if (orientation && orientation > 1) picture.withMetadata({ orientation });
      return await picture.toBuffer();
    } catch (cause) {
      throw new InvalidInput(`expected a whole JPEG, got ${jpeg.length} bytes that do not decode`, { cause });
    }
  },
};
