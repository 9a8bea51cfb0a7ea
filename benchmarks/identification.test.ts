import { describe, expect, it } from 'vitest';
import { identifiedAt, othersBest, rankOne, type Search, strangersBest } from './identification.ts';

const search = (truth: string | null, ...candidates: [string, number][]): Search => ({
  truth,
  candidates: candidates.map(([personId, similarity]) => ({ personId, similarity })),
});

const searches = [
  search('a', ['a', 99], ['b', 30]),
  search('a', ['b', 80], ['a', 70]),
  search('b', ['b', 60], ['a', 20]),
  search('b'),
  search(null, ['a', 50]),
  search(null, ['b', 75]),
  search(null),
];

describe('identification', () => {
  it('counts the right first candidates, and no face as a miss', () => {
    expect(rankOne(searches)).toBe(2 / 4);
  });

  it('sets the threshold by the strangers that may pass', () => {
    expect(strangersBest(searches)).toEqual([50, 75, 0]);
    expect(identifiedAt(0, searches, strangersBest(searches))).toEqual({ rate: 1 / 4, threshold: 75 });
    expect(identifiedAt(0.4, searches, strangersBest(searches))).toEqual({ rate: 2 / 4, threshold: 50 });
  });

  it('takes each search without its own person as one more stranger', () => {
    expect(othersBest(searches)).toEqual([30, 80, 20, 0, 50, 75, 0]);
  });
});
