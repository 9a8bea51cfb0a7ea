import type { Luma } from '../ports/frame.ts';

/** Reach of the blur that the picture is compared with, to each side. */
const reach = 4;
/** What a sharp picture reaches; few come closer to 1. */
const sharpest = 0.75;

export interface SharpnessOptions {
  /** Looks at one line in so many: as good a measure of a whole picture, for less. @default 1 */
  readonly everyLine?: number;
  /** Neighbors that differ by less, in levels, are noise. @default 0 */
  readonly leastStep?: number;
  /** Mean difference of neighbors, in levels, below which there is nothing to tell by. @default 0.4 */
  readonly leastDetail?: number;
}

/**
 * How sharp a picture is, 0 to 1: how much of its detail is lost when it is blurred once more. What is blurred already loses little. By the worse of
 * both directions, since who walks is blurred in one. Contrast does not matter, so that a dark coat is no worse than a bright one.
 * Source: Crete et al., "The Blur Effect: Perception and Estimation with a New No-Reference Perceptual Blur Metric", 2007.
 */
export function sharpnessOf(luma: Luma, options: SharpnessOptions = {}): number {
  const { width, height } = luma;
  const { everyLine = 1, leastStep = 0, leastDetail = 0.4 } = options;
  const across = kept(luma, {
    lines: height,
    lineStep: width,
    length: width,
    step: 1,
    everyLine,
    leastStep,
    leastDetail,
  });
  const down = kept(luma, {
    lines: width,
    lineStep: 1,
    length: height,
    step: width,
    everyLine,
    leastStep,
    leastDetail,
  });
  return Math.min(1, Math.min(across, down) / sharpest);
}

interface Direction extends Required<SharpnessOptions> {
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  readonly step: number;
}

/** Fraction of the differences along the lines that a blur along them takes away. */
function kept({ data }: Luma, { lines, lineStep, length, step, everyLine, leastStep, leastDetail }: Direction): number {
  let all = 0;
  let lost = 0;
  for (let line = 0; line < lines; line += everyLine) {
    const start = line * lineStep;
    for (let i = reach + 1; i < length - reach; i++) {
      const at = start + i * step;
      const difference = Math.abs((data[at] ?? 0) - (data[at - step] ?? 0));
      if (difference < leastStep) continue;
      // The means of two neighboring windows differ by what enters and what leaves.
      const blurred = Math.abs((data[at + reach * step] ?? 0) - (data[at - (reach + 1) * step] ?? 0)) / (2 * reach + 1);
      all += difference;
      lost += Math.max(0, difference - blurred);
    }
  }
  return all < (leastDetail * lines * length) / everyLine ? 0 : lost / all;
}
