import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BestShot } from './best-shot.ts';
import type { Shot } from './shot.ts';

function shot(score: number, at: number): Shot {
  return {
    frame: {
      at,
      image: new Uint8Array(),
      width: 1280,
      height: 720,
      luma: { width: 0, height: 0, data: new Uint8Array() },
    },
    region: { x: 0, y: 0, width: 1, height: 1 },
    score: { score, sharpness: 1, size: score, light: 1 },
  };
}

/** Plays scores, one every 100 ms; what was published, with when. */
function play(
  scores: readonly number[],
  { maxCaptures = 3, moved = true } = {},
): { at: number; taken: number; score: number }[] {
  const best = new BestShot({ maxCaptures, openedAt: 0 });
  const published: { at: number; taken: number; score: number }[] = [];
  const note = (at: number, one: Shot | undefined) => {
    if (one) published.push({ at, taken: one.frame.at, score: one.score.score });
  };
  for (const [i, score] of scores.entries()) {
    const at = i * 100;
    if (score > best.needed) best.consider(shot(score, at));
    note(at, best.next(at, moved));
  }
  note(scores.length * 100, best.last());
  return published;
}

const times = (count: number, score: number) => Array.from({ length: count }, () => score);

describe('the best shots of a passage', () => {
  it('begin with a good one within half a second', () => {
    expect(play(times(20, 0.5))[0]?.at).toBe(300);
  });

  it('wait a moment longer while nobody is large enough, but not for ever', () => {
    expect(play([...times(8, 0.05), ...times(4, 0.4)])[0]).toMatchObject({ at: 800, score: 0.4 });
    expect(play(times(40, 0.05))[0]?.at).toBe(1_500);
  });

  it('are one alone when nothing better comes', () => {
    expect(play(times(60, 0.5), { moved: false })).toHaveLength(1);
  });

  it('are followed by the best of what comes nearer', () => {
    const nearer = play(Array.from({ length: 30 }, (_, i) => 0.3 + i * 0.02));
    expect(nearer.length).toBeGreaterThan(1);
    expect(nearer.at(-1)?.score).toBeCloseTo(0.3 + 29 * 0.02, 1);
  });

  it('come from a short passage too', () => {
    expect(play([0.1, 0.2])).toHaveLength(1);
    expect(play([])).toHaveLength(0);
  });

  it('leave room for who comes in later', () => {
    const two = play([...times(5, 0.6), ...times(60, 0.1), ...times(5, 0.5)]);
    expect(two.map((one) => one.score)).toContain(0.5);
  });

  it('are never more than the cap, each taken after the one before and before it is published', () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 400 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 10 }), fc.boolean(), (list, maxCaptures, moved) => {
        const published = play(list, { maxCaptures, moved });
        expect(published.length).toBeLessThanOrEqual(maxCaptures);
        expect(list.some((score) => score > 0)).toBe(published.length > 0);
        for (const [i, one] of published.entries()) {
          expect(one.taken).toBeLessThanOrEqual(one.at);
          expect(one.taken).toBeGreaterThan(published[i - 1]?.taken ?? -1);
        }
      }),
    );
  });
});
