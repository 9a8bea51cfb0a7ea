import { z } from 'zod';

/** What happens in a clip, as somebody who watched it wrote it down. Seconds from the first frame, right to some 0.3 s. */
export const Truth = z.object({
  passages: z.array(z.object({ start_s: z.number(), end_s: z.number() })),
  /** What moves and is nobody: finding it once is right, not finding it as well. */
  non_person_motion_s: z.array(z.object({ start_s: z.number(), end_s: z.number() })).default([]),
});
export type Truth = z.infer<typeof Truth>;

/** A passage that was found, in seconds from the first frame. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly captures: number;
}

export interface PassageScore {
  /** Fraction of the true passages that were found; 1 where there are none. */
  readonly recall: number;
  /** Passages found beyond the first of a true one, or of something else that really moves. */
  readonly splits: number;
  /** True passages that share a found one with another, beyond the first. */
  readonly merges: number;
  /** Passages found where nothing moves. */
  readonly false: number;
  /** Passages found. */
  readonly passages: number;
  /** Captures per passage found, mean. */
  readonly captures: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Overlapping by less, two spans are neighbors: the labels are no more exact. */
const toleranceSeconds = 0.3;

/** Compares what was found with the truth. People whose times overlap go through in one passage, as it is defined. */
export function scorePassages(truth: Truth, found: readonly Found[]): PassageScore {
  const people = joined(truth.passages.map(({ start_s: start, end_s: end }) => ({ start, end })));
  const others = joined(truth.non_person_motion_s.map(({ start_s: start, end_s: end }) => ({ start, end })));
  const hits = people.map((span) => found.filter((one) => overlap(span, one)).length);
  const otherHits = others.map((span) => found.filter((one) => overlap(span, one)).length);
  const real = [...people, ...others];
  return {
    recall: people.length > 0 ? hits.filter((count) => count > 0).length / people.length : 1,
    splits: [...hits, ...otherHits].reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    merges: found.reduce((sum, one) => sum + Math.max(0, real.filter((span) => overlap(span, one)).length - 1), 0),
    false: found.filter((one) => !real.some((span) => overlap(span, one))).length,
    passages: found.length,
    captures: found.length > 0 ? round(found.reduce((sum, one) => sum + one.captures, 0) / found.length) : 0,
  };
}

/** Spans that overlap made one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && span.start < last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

function overlap(a: Span, b: Span): boolean {
  const common = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return common > Math.min(toleranceSeconds, (a.end - a.start) / 2, (b.end - b.start) / 2);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
