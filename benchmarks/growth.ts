import { median } from './median.ts';

/** A measurement of something that may grow with the work that is done. */
export interface Sample {
  /** Work done until then. */
  readonly at: number;
  readonly value: number;
}

/** How something grows with the work that is done. */
export interface Growth {
  readonly samples: number;
  /** Growth of the value per 1 of work, by least squares. */
  readonly slope: number;
  /** The same of the second half of the work: what is still to come, when that which is loaded and compiled once is there. */
  readonly lateSlope: number;
  /** Medians of the first quarter of the work and of the last. */
  readonly first: number;
  readonly last: number;
  /** The highest of all. */
  readonly most: number;
}

/** From the first quarter to the last it may grow by this part: as much as allocators and compilers take and give back in steps. */
export const flatWithin = 0.02;

/** Whether it does not grow, within that bound. */
export function isFlat({ first, last }: Growth): boolean {
  return last <= first * (1 + flatWithin);
}

/** Looks for growth. `total` is all the work. */
export function growthOf(samples: readonly Sample[], total: number): Growth {
  const between = (from: number, to: number) => samples.filter(({ at }) => at >= from * total && at <= to * total);
  const medianOf = (some: readonly Sample[]) => median(some.map(({ value }) => value));
  return {
    samples: samples.length,
    slope: slopeOf(samples),
    lateSlope: slopeOf(between(0.5, 1)),
    first: medianOf(between(0, 0.25)),
    last: medianOf(between(0.75, 1)),
    most: Math.max(...samples.map(({ value }) => value)),
  };
}

function slopeOf(samples: readonly Sample[]): number {
  const [at, value] = [mean(samples.map((one) => one.at)), mean(samples.map((one) => one.value))];
  const above = samples.reduce((sum, one) => sum + (one.at - at) * (one.value - value), 0);
  const below = samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  return below > 0 ? above / below : 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
