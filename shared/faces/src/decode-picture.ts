import { InvalidInput } from '@rollcall/kit/app-error';
import sharp, { type Metadata } from 'sharp';
import type { Picture } from './picture.ts';

/** A picture that faces are looked for in, and how it compares with what came. */
export interface Decoded {
  readonly picture: Picture;
  /** Pixels of the upright original per pixel of `picture`; 1 or more. */
  readonly shrunkBy: number;
  /** EXIF's 1 to 8: how the picture as it is stored was turned. */
  readonly orientation: number;
}

/** Longer sides are shrunk to this while decoding: 1080p stays as it is, and a phone's 12 megapixels cost no more than that. */
const maxSide = 1920;

/** Over it nothing is decoded: phones go to 50 megapixels, a decompression bomb needs more. */
const maxPixels = 50_000_000;

/**
 * A JPEG, PNG or WebP as upright RGB: turned by its EXIF orientation, gray and CMYK converted, transparency laid on white.
 * @throws InvalidInput `not-an-image` for anything else, for a picture that is cut off, and for one over 50 megapixels.
 */
export async function decodePicture(image: Uint8Array): Promise<Decoded> {
  if (!isKnownFormat(image)) {
    throw new InvalidInput(`picture: expected a JPEG, PNG or WebP, got ${image.byteLength} bytes of something else`, {
      code: 'not-an-image',
    });
  }
  try {
    const source = sharp(image, { failOn: 'truncated', limitInputPixels: maxPixels, sequentialRead: true });
    const metadata = await source.metadata();
    const { width } = uprightSize(metadata);
    const { data, info } = await source
      .autoOrient()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const rgb = info.channels === 1 ? tripled(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return {
      picture: { data: rgb, width: info.width, height: info.height },
      shrunkBy: width / info.width,
      orientation: metadata.orientation ?? 1,
    };
  } catch (error) {
    throw new InvalidInput(
      `picture: expected a whole JPEG, PNG or WebP of at most 50 megapixels; it does not decode: ${messageOf(error)}`,
      {
        code: 'not-an-image',
        cause: error,
      },
    );
  }
}

/** By the first bytes, so that the many other formats that libvips reads (SVG, PDF, TIFF, …) are not reachable from outside. */
function isKnownFormat(image: Uint8Array): boolean {
  const starts = (offset: number, ...bytes: number[]) => bytes.every((byte, i) => image[offset + i] === byte);
  const jpeg = starts(0, 0xff, 0xd8, 0xff);
  const png = starts(0, 0x89, 0x50, 0x4e, 0x47);
  const webp = starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50);
  return jpeg || png || webp;
}

function uprightSize({ width, height, orientation = 1 }: Metadata): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

function tripled(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) rgb.fill(gray[i] ?? 0, i * 3, i * 3 + 3);
  return rgb;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
