import type { Region } from '@rollcall/contract/capture';
import type { Encoding, JpegEncoder } from '../ports/jpeg-encoder.ts';

export interface Picture {
  /** JPEG. */
  readonly image: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** What moved, in pixels of the picture. */
  readonly region?: Region;
}

export interface FittedPicture {
  readonly image: Uint8Array;
  /** What moved, in pixels of this picture; absent when it was cut out. */
  readonly region?: Region;
}

/** Room around what moved. Faces are at the top of moving people, and hair against a dark wall does not move. */
const margin = { side: 0.2, top: 0.35, bottom: 0.1 };
/** A cut is never smaller, where the picture is not: a waving hand alone shows nobody. */
const minCutPixels = 320;
/** Cutting less away than this saves nothing. */
const worthCutting = 0.85;
/** Below this side nobody is recognizable any more. */
const minSidePixels = 48;
/** At quality 85 hardly any camera picture takes fewer bytes per pixel, so nothing larger than this can fit. */
const leastBytesPerPixel = 0.06;

/**
 * The picture in at most `maxBytes`. As it is when it fits; else cut to what moved, then in lower quality or smaller, so that faces
 * keep their pixels as long as they can. Never larger than it was. undefined when nothing fits.
 * @throws InvalidInput when it does not decode.
 */
export async function fitPicture(
  picture: Picture,
  maxBytes: number,
  encoder: JpegEncoder,
): Promise<FittedPicture | undefined> {
  const { image, region } = picture;
  if (image.length <= maxBytes) return { image, ...(region && { region }) };
  const cut = region && cutAround(region, picture);
  const from = cut ?? { width: picture.width, height: picture.height };
  let encoding: Encoding | undefined = { ...firstSize(from, maxBytes), quality: 85, ...(cut && { crop: cut }) };
  while (encoding) {
    const fitted = await encoder.encode(image, encoding);
    if (fitted.length <= maxBytes) return { image: fitted, ...(region && !cut && scaled(region, picture, encoding)) };
    encoding = nextEncoding(encoding, fitted.length / maxBytes);
  }
  return undefined;
}

/** Where to cut, or undefined when the cut would be most of the picture. */
export function cutAround(region: Region, picture: { width: number; height: number }): Region | undefined {
  const across = span(region.x, region.width, margin.side, margin.side, picture.width);
  const down = span(region.y, region.height, margin.top, margin.bottom, picture.height);
  const cut = { x: across.start, y: down.start, width: across.length, height: down.length };
  return cut.width * cut.height > worthCutting * picture.width * picture.height ? undefined : cut;
}

function span(start: number, length: number, before: number, after: number, limit: number) {
  const missing = Math.max(0, minCutPixels - length * (1 + before + after)) / 2;
  const from = Math.max(0, Math.min(limit - 1, Math.floor(start - length * before - missing)));
  const to = Math.min(limit, Math.ceil(start + length * (1 + after) + missing));
  return { start: from, length: Math.max(1, to - from) };
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

function scaled(region: Region, from: { width: number; height: number }, to: { width: number; height: number }) {
  const [across, down] = [to.width / from.width, to.height / from.height];
  const x = Math.min(to.width - 1, Math.floor(region.x * across));
  const y = Math.min(to.height - 1, Math.floor(region.y * down));
  const width = Math.max(1, Math.min(to.width - x, Math.ceil(region.width * across)));
  const height = Math.max(1, Math.min(to.height - y, Math.ceil(region.height * down)));
  return { region: { x, y, width, height } };
}
