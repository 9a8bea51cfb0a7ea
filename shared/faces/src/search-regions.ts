import type { Region } from './blaze-face.ts';

/** The whole picture in one square. */
export function wholeRegion(width: number, height: number): Region {
  const side = Math.max(width, height);
  return { left: (width - side) / 2, top: (height - side) / 2, side };
}

/** Squares of `side` that cover the picture, evenly spread, neighbors sharing at least a fifth. */
export function tiledRegions(width: number, height: number, side: number): Region[] {
  const lefts = starts(width, side);
  return starts(height, side).flatMap((top) => lefts.map((left) => ({ left, top, side })));
}

function starts(length: number, side: number): number[] {
  const step = side * 0.8;
  const count = length <= side ? 1 : Math.ceil((length - side) / step) + 1;
  if (count === 1) return [(length - side) / 2];
  return Array.from({ length: count }, (_, i) => (i * (length - side)) / (count - 1));
}
