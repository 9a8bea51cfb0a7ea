import type { Region, ShotScore } from '@rollcall/contract/capture';
import type { Frame, Luma } from '../ports/frame.ts';
import type { FaceInShot } from './face-in-shot.ts';
import { lightOf } from './light.ts';
import type { Box, Motion } from './motion.ts';
import { sharpnessOf } from './sharpness.ts';

/** A candidate frame of a passage with its score. */
export interface Shot {
  readonly frame: Frame;
  /** What moved, in pixels of the frame. */
  readonly region: Region;
  /** Best first; absent when nobody looked for them. */
  readonly faces?: readonly FaceInShot[];
  readonly score: Omit<ShotScore, 'sequence'>;
}

/** Somebody who covers this much of the picture is as large as it takes. */
const fullArea = 0.35;
/** What reaches the upper edge has probably lost its head there, what reaches a side half of its face. */
const headless = 0.6;
const halved = 0.75;
/** Who fills so much of the picture reaches its edges and is in it all the same. */
const fills = 0.6;

/** How large somebody is, 0 to 1; grows with height rather than with area, as the pixels of the face do. */
export function sizeOf(motion: Motion): number {
  return Math.min(1, Math.sqrt(motion.area / fullArea));
}

/** Scores a frame of which nobody knows the faces. @param detail of its head region, see `headRegion` */
export function scoreShot(frame: Frame, motion: Motion & { readonly region: Box }, detail: Luma): Shot {
  const size = sizeOf(motion);
  const sharpness = sharpnessOf(detail);
  const light = lightOf(detail);
  // Faces grow with size; blurred or dark ones are worth less, but more than none.
  const score = size * (0.3 + 0.7 * sharpness) * (0.3 + 0.7 * light) * wholeness(motion.region);
  return {
    frame,
    region: inPixels(motion.region, frame),
    score: { score: rounded(score), sharpness: rounded(sharpness), size: rounded(size), light: rounded(light) },
  };
}

/**
 * Scores a frame by the faces that were found in it: what the best is worth, and a little more for each further one. Where one is usable, the
 * others do not count. Undefined when there is none.
 */
export function scoreFaces(frame: Frame, region: Box, faces: readonly FaceInShot[]): Shot | undefined {
  const sorted = [...faces].sort((a, b) => Number(b.usable) - Number(a.usable) || b.score - a.score);
  const [best] = sorted;
  if (!best) return undefined;
  // How likely it is that somebody is recognized, were the scores that.
  const nobody = sorted.filter((face) => face.usable === best.usable).reduce((p, face) => p * (1 - face.score), 1);
  const { sharpness, size, light } = best;
  return {
    frame,
    region: inPixels(region, frame),
    faces: sorted,
    score: { score: rounded(1 - nobody), sharpness: rounded(sharpness), size: rounded(size), light: rounded(light) },
  };
}

function wholeness({ x, y, width, height }: Box): number {
  const reachesSide = (x <= 0 || x + width >= 1) && width < fills;
  return (y <= 0 && height < fills ? headless : 1) * (reachesSide ? halved : 1);
}

/** The upper part of what moved: where the face is. */
export function headRegion(region: Box, frame: Pick<Frame, 'width' | 'height'>): Region {
  return inPixels({ ...region, height: Math.max(region.height / 2, Math.min(region.height, 0.25)) }, frame);
}

/** A part of the picture in whole pixels of the frame, within it. */
export function inPixels(box: Box, { width, height }: Pick<Frame, 'width' | 'height'>): Region {
  const x = Math.min(width - 1, Math.max(0, Math.floor(box.x * width)));
  const y = Math.min(height - 1, Math.max(0, Math.floor(box.y * height)));
  return {
    x,
    y,
    width: Math.max(1, Math.min(width - x, Math.ceil(box.width * width))),
    height: Math.max(1, Math.min(height - y, Math.ceil(box.height * height))),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
