import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture } from './fixtures.ts';
import { scorePassages, Truth } from './passage-score.ts';
import { passages } from './passages.ts';

const truth = Truth.parse({
  passages: [
    { start_s: 5, end_s: 10 },
    { start_s: 20, end_s: 30 },
  ],
  non_person_motion_s: [{ start_s: 40, end_s: 45 }],
});
const found = (start: number, end: number, captures = 2) => ({ start, end, captures });

describe('the score of passages', () => {
  it('is full for what was seen', () => {
    expect(scorePassages(truth, [found(5.2, 10.1), found(19.9, 30, 3)])).toEqual({
      recall: 1,
      splits: 0,
      merges: 0,
      false: 0,
      passages: 2,
      captures: 2.5,
    });
  });

  it('counts what was missed, split, merged and made up', () => {
    expect(scorePassages(truth, [found(20, 30)])).toMatchObject({ recall: 0.5 });
    expect(scorePassages(truth, [found(5, 7), found(8, 10), found(20, 30)])).toMatchObject({ recall: 1, splits: 1 });
    expect(scorePassages(truth, [found(5, 30)])).toMatchObject({ recall: 1, merges: 1 });
    expect(scorePassages(truth, [found(12, 15), found(30.1, 33)])).toMatchObject({ recall: 0, false: 2 });
  });

  it('allows for a car once', () => {
    expect(scorePassages(truth, [found(40, 45)])).toMatchObject({ false: 0, splits: 0 });
    expect(scorePassages(truth, [found(40, 42), found(43, 45)])).toMatchObject({ false: 0, splits: 1 });
  });

  it('takes people who go through together for one passage', () => {
    const together = Truth.parse({
      passages: [
        { start_s: 0, end_s: 2.9 },
        { start_s: 1, end_s: 3.5 },
      ],
    });
    expect(scorePassages(together, [found(0.2, 3.4)])).toMatchObject({ recall: 1, merges: 0, splits: 0 });
  });

  it('finds the truth right whatever it is', () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(spans, (lengths) => {
        let at = 0;
        const list = lengths.map(([gap, length]) => ({ start_s: (at += gap), end_s: (at += length) }));
        const same = list.map(({ start_s, end_s }) => found(start_s, end_s));
        const score = scorePassages({ passages: list, non_person_motion_s: [] }, same);
        expect(score).toMatchObject({ recall: 1, splits: 0, merges: 0, false: 0, passages: list.length });
      }),
    );
  });
});

const clips = [
  ['one-by-one-person-detection.mp4', { recall: 1, splits: 0, merges: 0, false: 0, passages: 6 }],
  ['car-detection.mp4', { recall: 1, splits: 0, merges: 0, false: 0 }],
] as const;

describe.each(clips)('the agent at %s', (name, expected) => {
  const clip = fixture(`videos/${name}`);
  const truthFile = fixture(`videos/${name.replace('.mp4', '.truth.json')}`);

  it.skipIf(!clip || !truthFile)(
    `finds what somebody saw${clip ? '' : ' (skipped: no such fixture, see ROLLCALL_FIXTURES)'}`,
    async () => {
      const { json } = await passages.run({ clip, truth: truthFile });
      expect(json).toMatchObject(expected);
    },
  );
});
