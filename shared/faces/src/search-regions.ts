import type { Region } from './blaze-face.ts';
import type { Box } from './picture.ts';

/** The whole area in one square. */
export function wholeRegion({ x, y, width, height }: Box): Region {
  const side = Math.max(width, height);
  return { left: x + (width - side) / 2, top: y + (height - side) / 2, side };
}

/** Squares of `side` that cover the area, evenly spread, neighbors sharing at least a fifth. */
export function tiledRegions({ x, y, width, height }: Box, side: number): Region[] {
  const lefts = starts(width, side);
  return starts(height, side).flatMap((top) => lefts.map((left) => ({ left: x + left, top: y + top, side })));
}

function starts(length: number, side: number): number[] {
  const step = side * 0.8;
  const count = length <= side ? 1 : Math.ceil((length - side) / step) + 1;
  if (count === 1) return [(length - side) / 2];
  return Array.from({ length: count }, (_, i) => (i * (length - side)) / (count - 1));
}
