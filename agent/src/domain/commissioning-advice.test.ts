import type { FaceLimits } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';
import { expect, test } from 'vitest';
import { foundFace } from '../../test/scripted-face-finder.ts';
import { commissioningAdvice, type SeenInCheck } from './commissioning-advice.ts';
import { measureFace } from './commissioning-face.ts';
import { faceLimits } from './face-problems.ts';

const size = { width: 1280, height: 720 };
const limits: FaceLimits = faceLimits(size, true);
const frame = { ...size, at: 0, image: new Uint8Array(0), luma: { width: 1, height: 1, data: new Uint8Array(1) } };

/** As a frame each, best first. */
function advice(faces: Parameters<typeof foundFace>[], changes: Partial<SeenInCheck> = {}): string[] {
  const measured = faces.flatMap((face) => measureFace(foundFace(...face), frame, limits) ?? []);
  const best: CommissioningFace[] = measured.toSorted((a, b) => b.score - a.score).map(({ face }) => face);
  const framesWithUsableFace = best.filter(({ usable }) => usable).length;
  const seen = { frames: 25, framesWithFace: best.length, framesWithUsableFace, picture: 'ok', limits } as const;
  return commissioningAdvice({ ...seen, moved: true, ...changes }, best);
}

test('says how small faces are at best, and what is needed', () => {
  const [first, ...others] = advice([[22], [28], [25]]);
  expect(first).toMatch(
    /^Faces are small, 28 pixels wide at best where at least 40 are needed: move the camera closer/,
  );
  expect(others).toEqual([]);
});

test('says nothing of those who were small before they were near', () => {
  expect(advice([[20], [30], [38], [60], [80], [100]])).toEqual([]);
});

test('says what would make faces better that can be used', () => {
  expect(advice([[44], [46]])).toEqual([expect.stringMatching(/46 pixels wide at best where 50 are better/)]);
});

test('says when faces could be used in few frames only, and why not in the others', () => {
  const blurred = { quality: { sharpness: 3, brightness: 50 } };
  const all: Parameters<typeof foundFace>[] = [[90]];
  for (let i = 0; i < 9; i++) all.push([90, blurred]);
  expect(advice(all)).toEqual([
    expect.stringMatching(
      /^Only in 1 of 10 frames with a face could it be used\. In the others: Faces are blurred, 3 of 100/,
    ),
  ]);
});

test.each<[string, Parameters<typeof foundFace>[1], RegExp]>([
  [
    'blurred',
    { quality: { sharpness: 4, brightness: 50 } },
    /blurred, 4 of 100 sharp at best where at least 8 are needed: focus/,
  ],
  [
    'dark',
    { quality: { sharpness: 80, brightness: 5 } },
    /dark, 5 percent of white at best where at least 8 are needed: light/,
  ],
  ['turned', { pose: { yaw: -70, pitch: 0, roll: 0 } }, /turned 70° to the side, 60° is the most.*walk towards it/],
  [
    'seen from above',
    { pose: { yaw: 0, pitch: -55, roll: 0 } },
    /look 55° down, 50° is the most.*hang the camera lower/,
  ],
  ['seen from below', { pose: { yaw: 0, pitch: 55, roll: 0 } }, /look 55° up, .*hang the camera higher/],
])('says what to do about faces that are %s, by numbers', (_, changes, words) => {
  expect(advice([[90, changes]])).toEqual([expect.stringMatching(words)]);
});

test('says what is wrong with the picture first, and never more than a report holds', () => {
  const all = advice(
    [[20, { confidence: 20, pose: { yaw: 70, pitch: 60, roll: 0 }, quality: { sharpness: 1, brightness: 2 } }]],
    {
      picture: 'dark',
    },
  );
  expect(all[0]).toContain('too dark for faces');
  expect(all.length).toBeGreaterThan(4);
  expect(all.every((line) => line.length <= 300)).toBe(true);
});
