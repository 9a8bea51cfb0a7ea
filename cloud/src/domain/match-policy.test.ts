import { PersonId } from '@rollcall/contract/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultThresholds, judge } from './match-policy.ts';

const person = (n: number) => PersonId.parse(`01KE6D000000000000000000${String(n).padStart(2, '0')}`);
const candidates = (...similarities: number[]) =>
  similarities.map((similarity, index) => ({ personId: person(index), similarity }));
const thresholds = defaultThresholds;

describe('the match policy', () => {
  it('accepts who is similar enough and well ahead, and says by how much', () => {
    expect(judge(candidates(97.32, 61.3), thresholds)).toEqual({
      verdict: 'accepted',
      personId: person(0),
      similarity: 97.32,
      reason: 'similarity 97.3 is at or over 95, 36.0 points ahead of the next person',
    });
  });

  it('accepts the only one who comes near', () => {
    expect(judge(candidates(95), thresholds)).toMatchObject({ verdict: 'accepted' });
  });

  it('doubts when two people are nearly as likely, however similar', () => {
    expect(judge(candidates(99.9, 98.6), thresholds)).toMatchObject({
      verdict: 'doubtful',
      reason: 'two people are nearly as likely: 1.3 points apart, needs 1.7 at 99.9',
    });
  });

  it.each([
    [95, 50],
    [99, 83.89],
    [99.9, 98.13],
  ])('asks for the same factor of odds everywhere: %d to %d', (best, second) => {
    expect(judge(candidates(best, second - 0.02), thresholds).verdict).toBe('accepted');
    expect(judge(candidates(best, second + 0.02), thresholds).verdict).toBe('doubtful');
  });

  it('asks for no lead when the margin is 0', () => {
    expect(judge(candidates(96, 96), { ...thresholds, margin: 0 }).verdict).toBe('accepted');
  });

  it('doubts under the bar, and says nothing that would read as at the bar', () => {
    expect(judge(candidates(94.99), thresholds)).toMatchObject({
      verdict: 'doubtful',
      reason: 'similarity 94.9 is under 95',
    });
  });

  it('knows nobody below the lower bar, or without candidates', () => {
    expect(judge(candidates(79.9), thresholds)).toMatchObject({ verdict: 'unknown', similarity: 79.9 });
    expect(judge([], thresholds)).toMatchObject({ verdict: 'unknown', similarity: null });
  });

  it('says over how many pictures', () => {
    expect(judge(candidates(96), thresholds, 3).reason).toMatch(/over 3 pictures/);
  });

  it('never accepts when the margin is raised what it did not accept before, and changes no input', () => {
    const similarities = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 5 });
    const raise = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(similarities, raise, (values, margin) => {
        const list = candidates(...values.sort((a, b) => b - a));
        const before = structuredClone(list);
        const stricter = { ...thresholds, margin: 45 + margin };
        const accepts = (bars: typeof thresholds) => judge(list, bars).verdict === 'accepted';
        expect(accepts(stricter) && !accepts(thresholds)).toBe(false);
        expect(list).toEqual(before);
      }),
    );
  });

  it('names nobody in a reason', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 5 }), (values) => {
        const { reason } = judge(candidates(...values.sort((a, b) => b - a)), thresholds);
        expect(reason).not.toMatch(/01KE6D/);
      }),
    );
  });
});
