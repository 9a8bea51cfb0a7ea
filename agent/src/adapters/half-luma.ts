import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import type { Luma } from '../ports/frame.ts';

/** A JPEG at half its size, in gray. @throws InvalidInput when it does not decode */
export async function halfLuma(image: Uint8Array, width: number): Promise<Luma> {
  try {
    const half = sharp(image).resize(Math.max(1, width >> 1));
    const { data, info } = await half.grayscale().raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    throw new InvalidInput(`expected a whole JPEG, got ${image.length} bytes that do not decode`, { cause });
  }
}
