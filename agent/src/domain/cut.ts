import type { Region } from '@rollcall/contract/capture';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Room around what moved, in parts of it. Faces are at the top of moving people, and hair against a dark wall does not move. */
const aroundMotion = { side: 0.2, top: 0.35, bottom: 0.1 };
/**
 * Room around a face, in parts of it: head and shoulders. Source: Amazon Rekognition, "Recommendations for facial comparison input images": not
 * tightly cropped, the full head and shoulders.
 */
const aroundFace = { side: 1.1, top: 1, bottom: 1.4 };
/** A cut is never smaller, where the picture is not: a waving hand alone shows nobody. */
const minCutPixels = 320;
/** Cutting less away than this saves nothing. */
const worthCutting = 0.85;
/** Faces whose cut is more than this part of the frame are not small in it: the frame goes whole. */
const smallFaces = 0.35;

/** Where to cut around what moved, or undefined when the cut would be most of the picture. */
export function cutAround(region: Region, picture: Size): Region | undefined {
  return worth(cutWith(region, aroundMotion, picture), picture, worthCutting);
}

/** Where to cut so that the heads and shoulders of all faces are in it, or undefined when they are large in the picture, or there is none. */
export function cutAroundFaces(faces: readonly Region[], picture: Size): Region | undefined {
  const [first, ...others] = faces.map((face) => cutWith(face, aroundFace, picture));
  return first && worth(others.reduce(union, first), picture, smallFaces);
}

/** The least that holds both. */
export function union(a: Region, b: Region): Region {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  const height = Math.max(a.y + a.height, b.y + b.height) - y;
  return { x, y, width, height };
}

/** Where `region` of a frame lies in a picture of `cut` that is `size` large: within it, at least a pixel. Undefined when it lies outside. */
export function seenIn(region: Region, cut: Region, size: Size): Region | undefined {
  const [across, down] = [size.width / cut.width, size.height / cut.height];
  const [left, top] = [Math.max(0, region.x - cut.x), Math.max(0, region.y - cut.y)];
  const right = Math.min(cut.width, region.x + region.width - cut.x);
  const bottom = Math.min(cut.height, region.y + region.height - cut.y);
  if (right <= left || bottom <= top) return undefined;
  const x = Math.min(size.width - 1, Math.floor(left * across));
  const y = Math.min(size.height - 1, Math.floor(top * down));
  const width = Math.max(1, Math.min(size.width - x, Math.ceil((right - left) * across)));
  const height = Math.max(1, Math.min(size.height - y, Math.ceil((bottom - top) * down)));
  return { x, y, width, height };
}

function cutWith(region: Region, room: typeof aroundMotion, picture: Size): Region {
  const across = span(region.x, region.width, { before: room.side, after: room.side, limit: picture.width });
  const down = span(region.y, region.height, { before: room.top, after: room.bottom, limit: picture.height });
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

function span(start: number, length: number, room: { before: number; after: number; limit: number }) {
  const { before, after, limit } = room;
  const missing = Math.max(0, minCutPixels - length * (1 + before + after)) / 2;
  const from = Math.max(0, Math.min(limit - 1, Math.floor(start - length * before - missing)));
  const to = Math.min(limit, Math.ceil(start + length * (1 + after) + missing));
  return { start: from, length: Math.max(1, to - from) };
}

function worth(cut: Region, picture: Size, part: number): Region | undefined {
  return cut.width * cut.height > part * picture.width * picture.height ? undefined : cut;
}
