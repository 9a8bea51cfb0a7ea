import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import type { Frame, Luma } from '../ports/frame.ts';
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts';
import { jpegLuma } from './jpeg-luma.ts';
import { lacksHuffmanTables, withHuffmanTables } from './standard-huffman.ts';

// Frames are all different: a cache only costs memory. One core is what the agent has.
sharp.cache(false);
sharp.concurrency(1);

/** Narrower than this in eighths, a picture is too small for its block means to show what moved. */
const minLumaWidth = 80;
/** Over this no camera: 64 megapixels would take seconds. */
const maxPixels = 64_000_000;

/** A frame of a JPEG that was taken at `at`. @throws InvalidInput when it is no JPEG, not whole, or damaged. */
export async function readFrame(jpeg: Uint8Array, at: number): Promise<Frame> {
  const given = readJpegHeader(jpeg);
  const image = lacksHuffmanTables(given) ? withHuffmanTables(jpeg, given) : jpeg;
  const header = image === jpeg ? given : readJpegHeader(image);
  const { width, height } = header;
  if (width * height > maxPixels) {
    throw new InvalidInput(`expected a picture of up to 64 megapixels, got ${width} × ${height}`);
  }
  if (!hasEnd(image)) throw new InvalidInput('expected a whole JPEG, got one that is cut off');
  return { at, image, width, height, luma: await readLuma(image, header) };
}

/** Some cameras pad their frames, so the marker may be followed by a few bytes. */
function hasEnd(image: Uint8Array): boolean {
  const tail = image.subarray(-512);
  for (let i = tail.length - 2; i >= 0; i--) if (tail[i] === 0xff && tail[i + 1] === 0xd9) return true;
  return false;
}

async function readLuma(image: Uint8Array, header: JpegHeader): Promise<Luma> {
  if (header.width >= minLumaWidth * 8) {
    const luma = jpegLuma(image, header);
    if (luma) return luma;
  }
  return decodedLuma(image);
}

/** The general way, for small pictures and rare kinds of JPEG. */
async function decodedLuma(image: Uint8Array): Promise<Luma> {
  try {
    const { data, info } = await sharp(image, { failOn: 'truncated' })
      .resize(160, undefined, { withoutEnlargement: true })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    throw new InvalidInput('expected a JPEG, got one that does not decode', { cause });
  }
}
