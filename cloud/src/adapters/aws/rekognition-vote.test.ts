import { PersonId } from '@rollcall/contract/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vote } from './rekognition-vote.ts';

const people = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((end) => PersonId.parse(`01ARZ3NDEKTSV4RRFFQ69G5FA${end}`));
const [anna, ben] = [people[0]!, people[1]!];

const ballot = fc
  .record({
    weight: fc.double({ min: 0.05, max: 1, noNaN: true }),
    order: fc.shuffledSubarray(people, { minLength: 1, maxLength: 5 }),
    similarities: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ weight, order, similarities }) => {
    const sorted = [...similarities].sort((a, b) => b - a);
    return { weight, candidates: order.map((personId, i) => ({ personId, similarity: sorted[i] ?? 0 })) };
  });

describe('vote', () => {
  it('gives what one picture says', () => {
    const [only] = vote([{ weight: 0.3, candidates: [{ personId: anna, similarity: 97.5 }] }]);
    expect(only?.similarity).toBeCloseTo(97.5);
  });

  it('lets better pictures count more', () => {
    const good = { weight: 1, candidates: [{ personId: anna, similarity: 99 }] };
    const poor = { weight: 0.1, candidates: [{ personId: anna, similarity: 60 }] };
    expect(vote([good, poor])[0]?.similarity).toBeGreaterThan(98);
    expect(
      vote([
        { ...good, weight: 0.1 },
        { ...poor, weight: 1 },
      ])[0]?.similarity,
    ).toBeLessThan(75);
  });

  it('does not forget a rival whom five others pushed off a list', () => {
    const full = people.slice(1, 6).map((personId, i) => ({ personId, similarity: 90 - i }));
    const tally = vote([
      { weight: 1, candidates: [{ personId: anna, similarity: 95 }] },
      { weight: 1, candidates: full },
    ]);
    expect(tally.find(({ personId }) => personId === anna)?.similarity).toBeGreaterThan(86);
    const room = vote([
      { weight: 1, candidates: [{ personId: anna, similarity: 95 }] },
      { weight: 1, candidates: [{ personId: ben, similarity: 90 }] },
    ]);
    expect(room.find(({ personId }) => personId === anna)?.similarity).toBeLessThan(50);
  });

  it('never makes anybody more alike than the best picture did, does not depend on the order, and names five at most', () => {
    fc.assert(
      fc.property(fc.array(ballot, { minLength: 1, maxLength: 4 }), (ballots) => {
        const tally = vote(ballots);
        expect(tally.length).toBeLessThanOrEqual(5);
        expect(tally).toEqual([...tally].sort((a, b) => b.similarity - a.similarity));
        for (const { similarity } of tally) {
          const best = Math.max(...ballots.flatMap(({ candidates }) => candidates.map((one) => one.similarity)));
          // What is 0 or 100 is taken to be a hundredth off it.
          expect(similarity).toBeLessThanOrEqual(Math.max(0.01, best) + 1e-9);
        }
        const turned = vote(ballots.toReversed());
        for (const [i, { similarity }] of tally.entries()) expect(turned[i]?.similarity).toBeCloseTo(similarity);
      }),
    );
  });
});
