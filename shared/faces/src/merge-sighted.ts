import type { Point } from './affine.ts';
import type { Sighted } from './blaze-face.ts';
import { type Box, overlap } from './picture.ts';

/**
 * One per face out of the many that anchors of one pass saw, best first: those that overlap the best by more than 0.3 are averaged into it by
 * score. Source: BlazeFace (2019), section 3.4, where it replaces plain suppression.
 */
export function mergeSighted(sighted: readonly Sighted[]): Sighted[] {
  const rest = [...sighted].sort((a, b) => b.score - a.score);
  const merged: Sighted[] = [];
  while (rest.length > 0) {
    const [best] = rest;
    if (!best) break;
    const group = rest.filter((other) => other === best || overlap(best.box, other.box) > 0.3);
    merged.push(averaged(group, best.score));
    for (const member of group) rest.splice(rest.indexOf(member), 1);
  }
  return merged;
}

/** Without those that show a face already shown by a better one, in another pass perhaps: much overlap, or one within the other. */
export function distinct<T extends { readonly box: Box }>(bestFirst: readonly T[]): T[] {
  const kept: T[] = [];
  for (const one of bestFirst) {
    if (!kept.some((other) => overlap(one.box, other.box) > 0.3 || sharedOfSmaller(one.box, other.box) > 0.6))
      kept.push(one);
  }
  return kept;
}

function sharedOfSmaller(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.width * a.height, b.width * b.height);
}

function averaged(group: readonly Sighted[], score: number): Sighted {
  const total = group.reduce((sum, one) => sum + one.score, 0);
  const mean = (number: (one: Sighted) => number) =>
    group.reduce((sum, one) => sum + number(one) * one.score, 0) / total;
  const meanPoint = (point: (one: Sighted) => Point): Point => ({
    x: mean((one) => point(one).x),
    y: mean((one) => point(one).y),
  });
  return {
    box: {
      x: mean((one) => one.box.x),
      y: mean((one) => one.box.y),
      width: mean((one) => one.box.width),
      height: mean((one) => one.box.height),
    },
    leftEye: meanPoint((one) => one.leftEye),
    rightEye: meanPoint((one) => one.rightEye),
    score,
  };
}
