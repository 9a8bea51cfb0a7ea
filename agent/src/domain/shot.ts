import type { Region, ShotScore } from '@rollcall/contract/capture';
import type { Frame, Luma } from '../ports/frame.ts';
import { lightOf } from './light.ts';
import type { Box, Motion } from './motion.ts';
import { sharpnessOf } from './sharpness.ts';

/** A candidate frame of a passage with its score. */
export interface Shot {
  readonly frame: Frame;
  /** What moved, in pixels of the frame. */
  readonly region: Region;
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

/** Scores a frame. @param detail of its head region, see `headRegion` */
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

function wholeness({ x, y, width, height }: Box): number {
  const reachesSide = (x <= 0 || x + width >= 1) && width < fills;
  return (y <= 0 && height < fills ? headless : 1) * (reachesSide ? halved : 1);
}

/** The upper part of what moved: where the face is. */
export function headRegion(region: Box, frame: Pick<Frame, 'width' | 'height'>): Region {
  return inPixels({ ...region, height: Math.max(region.height / 2, Math.min(region.height, 0.25)) }, frame);
}

function inPixels(box: Box, { width, height }: Pick<Frame, 'width' | 'height'>): Region {
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
