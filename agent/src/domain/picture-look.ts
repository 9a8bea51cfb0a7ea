import type { Luma } from '../ports/frame.ts';
import { sharpnessOf } from './sharpness.ts';

/** What one picture is like, for its health. */
export interface PictureLook {
  /** Mean level, 0 to 255. */
  readonly level: number;
  /** Standard deviation by the mean: the same in any light. */
  readonly contrast: number;
  /** Part of the picture where one point differs clearly from the next. */
  readonly edges: number;
  /** As of `sharpnessOf`; undefined when there is too little to tell by. */
  readonly sharpness: number | undefined;
}

/** Neighbors that differ by less, in levels or as part of the mean, are noise or shading. */
const leastEdge = 3;
const leastEdgePart = 0.06;
/** Steps of a level are noise: in a plain scene they would be most of what there is. */
const leastStep = 2;
/** Mean of the steps in the plainest scene that can be told by. */
const leastDetail = 0.1;
/** One line in so many tells of a whole picture what all would. */
const everyLine = 4;

/** Looks at a picture as small as the motion filter uses it. */
export function lookAtPicture(luma: Luma): PictureLook {
  const { data, width, height } = luma;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 3, count++) {
    const level = data[at] ?? 0;
    sum += level;
    squares += level * level;
  }
  count = Math.max(1, count);
  const level = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - level * level));
  const least = Math.max(leastEdge, leastEdgePart * level);
  let edges = 0;
  let looked = 1;
  for (let row = 1; row < height; row += everyLine, looked += width - 1) {
    for (let at = row * width + 1; at < (row + 1) * width; at++) {
      const here = data[at] ?? 0;
      if (Math.abs(here - (data[at - 1] ?? 0)) > least || Math.abs(here - (data[at - width] ?? 0)) > least) edges++;
    }
  }
  const sharpness = sharpnessOf(luma, { everyLine, leastStep, leastDetail });
  return {
    level,
    contrast: level > 0 ? deviation / level : 0,
    edges: edges / looked,
    // It calls a picture without detail wholly blurred.
    sharpness: sharpness > 0 ? sharpness : undefined,
  };
}

/** Whether two pictures are the same to the last bit, as no two of a sensor are. */
export function isSamePicture(one: Luma, other: Luma): boolean {
  if (one.width !== other.width || one.height !== other.height) return false;
  for (let i = 0; i < one.data.length; i++) if (one.data[i] !== other.data[i]) return false;
  return true;
}
