import type { Region } from '@rollcall/contract/capture';
import type { Encoding, JpegEncoder } from '../ports/jpeg-encoder.ts';
import { cutAround, cutAroundFaces, seenIn, union } from './cut.ts';

export interface Picture {
  /** JPEG. */
  readonly image: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** What moved, in pixels of the picture. */
  readonly region?: Region;
  /** Faces in it, in its pixels; absent when nobody looked for them. */
  readonly faces?: readonly Region[];
}

export interface FitOptions {
  readonly maxBytes: number;
  /** Whether a picture that fits is cut to its faces, where these are small in it. */
  readonly crop: boolean;
}

export interface FittedPicture {
  readonly image: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** What moved, in pixels of this picture. */
  readonly region?: Region;
  /** The part of the picture before that this one shows, in pixels of that; absent for all of it. */
  readonly cut?: Region;
}

/** Below this side nobody is recognizable any more. */
const minSidePixels = 48;
/** At quality 85 hardly any camera picture takes fewer bytes per pixel, so nothing larger than this can fit. */
const leastBytesPerPixel = 0.06;
const quality = 85;
/** A cut is small, and its few pixels are all that there is of the face. */
const faceQuality = 92;

/**
 * The picture in at most `maxBytes`. Cut to its faces where these are small in it: nobody else needs to be seen, and a service that wants larger
 * faces in larger pictures finds them (Amazon Rekognition over 1080p). Else as it is when it fits; else cut to what moved, then in lower quality or
 * smaller, so that faces keep their pixels as long as they can. Never larger than it was. undefined when nothing fits.
 * @throws InvalidInput when it does not decode.
 */
export async function fitPicture(
  picture: Picture,
  { maxBytes, crop }: FitOptions,
  encoder: JpegEncoder,
): Promise<FittedPicture | undefined> {
  const { image, region, faces = [] } = picture;
  const faceCut = crop ? cutAroundFaces(faces, picture) : undefined;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  if (!faceCut && image.length <= maxBytes) return { image, ...sent(whole, picture, region) };
  const cut = faceCut ?? (region && cutAround(faces.reduce(union, region), picture));
  const from = cut ?? whole;
  let encoding: Encoding | undefined = {
    ...firstSize(from, maxBytes),
    quality: faceCut ? faceQuality : quality,
    ...(cut && { crop: cut }),
  };
  while (encoding) {
    const fitted = await encoder.encode(image, encoding);
    if (fitted.length <= maxBytes) return { image: fitted, ...sent(from, encoding, region), ...(cut && { cut }) };
    encoding = nextEncoding(encoding, fitted.length / maxBytes);
  }
  return undefined;
}

function sent(from: Region, { width, height }: { width: number; height: number }, region: Region | undefined) {
  const seen = region && seenIn(region, from, { width, height });
  return { width, height, ...(seen && { region: seen }) };
}

function firstSize(from: { width: number; height: number }, maxBytes: number) {
  return smaller(from, Math.min(1, Math.sqrt(maxBytes / leastBytesPerPixel / (from.width * from.height))));
}

/** A little too large is a matter of quality; more is a matter of size, about as much as is needed. */
function nextEncoding(encoding: Encoding, excess: number): Encoding | undefined {
  if (encoding.quality > 72 && excess < 1.3) return { ...encoding, quality: 72 };
  const next = { ...encoding, ...smaller(encoding, Math.min(0.9, 0.97 / Math.sqrt(excess))), quality: 80 };
  return Math.max(next.width, next.height) < minSidePixels ? undefined : next;
}

function smaller(size: { width: number; height: number }, scale: number) {
  return { width: Math.max(1, Math.floor(size.width * scale)), height: Math.max(1, Math.floor(size.height * scale)) };
}
