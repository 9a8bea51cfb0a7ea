import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import type { NormalizePicture } from '../ports/picture-normalizer.ts';

/** Over it a picture of a few MB may unpack to gigabytes. */
const maxPixels = 64_000_000;
const maxSide = 1600;
const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp']);

/** Upright, in sRGB, at most 1,600 px a side, without EXIF or anything else beside the picture, by sharp. */
export const normalizePicture: NormalizePicture = async (picture) => {
  try {
    // `error`: what is cut off in the middle is refused, an odd color profile is not.
    const image = sharp(picture, { failOn: 'error', limitInputPixels: maxPixels }).autoOrient();
    const { format } = await image.metadata();
    if (!formats.has(format)) throw new Error(`it is ${format}`);
    const resized = image.resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true });
    return await resized.flatten({ background: '#ffffff' }).jpeg({ quality: 90 }).toBuffer();
  } catch (cause) {
    throw new InvalidInput('expected a whole JPEG, PNG or WebP picture of at most 64 megapixels', {
      code: 'not-an-image',
      cause,
    });
  }
};
