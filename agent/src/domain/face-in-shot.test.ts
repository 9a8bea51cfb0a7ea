import type { FoundFace } from '@rollcall/faces/face';
import { expect, test } from 'vitest';
import { judgeFace } from './face-in-shot.ts';
import { scoreFaces } from './shot.ts';

const frame = {
  at: 0,
  image: new Uint8Array(),
  width: 1280,
  height: 720,
  luma: { width: 1, height: 1, data: new Uint8Array(1) },
};
const region = { x: 0, y: 0, width: 1, height: 1 };

interface Changes {
  readonly width?: number;
  readonly yaw?: number;
  readonly pitch?: number;
  readonly sharpness?: number;
  readonly brightness?: number;
  readonly confidence?: number;
  readonly x?: number;
}

function face(changes: Changes = {}): FoundFace {
  const { width = 110, yaw = 0, pitch = 0, sharpness = 80, brightness = 50, confidence = 99, x = 300 } = changes;
  return {
    box: { x, y: 100, width, height: width * 1.2 },
    confidence,
    pose: { yaw, pitch, roll: 0 },
    quality: { sharpness, brightness },
  };
}

test('a large, sharp, well lit face that looks into the camera is as good as it gets', () => {
  expect(judgeFace(face(), frame)).toMatchObject({
    size: 1,
    sharpness: 1,
    light: 1,
    frontal: 1,
    score: 1,
    usable: true,
  });
});

const worse: Changes[] = [
  { width: 60 },
  { yaw: 30 },
  { yaw: -30 },
  { pitch: 25 },
  { sharpness: 30 },
  { brightness: 15 },
  { brightness: 95 },
];

test.each(worse)('a face that is %j is worth less, and can still be used', (change) => {
  const judged = judgeFace(face(change), frame);
  expect(judged?.score).toBeLessThan(0.95);
  expect(judged).toMatchObject({ usable: true });
});

test.each<Changes>([{ width: 30 }, { yaw: 70 }, { pitch: -60 }, { sharpness: 5 }, { brightness: 4 }])(
  'nobody is recognized by a face that is %j',
  (change) => {
    expect(judgeFace(face(change), frame)).toMatchObject({ usable: false });
  },
);

test('what is hardly a face, or is outside of the frame, is none', () => {
  expect(judgeFace(face({ confidence: 30 }), frame)).toBeUndefined();
  expect(judgeFace(face({ x: 1400 }), frame)).toBeUndefined();
  expect(judgeFace(face({ x: 1250 }), frame)?.box).toEqual({ x: 1250, y: 100, width: 30, height: 132 });
});

test('a frame is worth as much as its best face, and more with a second good one; a useless one changes nothing', () => {
  const [good, other, useless] = [face({ width: 70 }), face({ width: 60, x: 600 }), face({ yaw: 80, x: 900 })].flatMap(
    (found) => judgeFace(found, frame) ?? [],
  );
  if (!good || !other || !useless) throw new Error('expected three faces');
  const one = scoreFaces(frame, region, [good]);
  expect(one?.score.score).toBeCloseTo(good.score, 2);
  expect(scoreFaces(frame, region, [good, other])?.score.score).toBeGreaterThan(good.score * 1.1);
  const both = scoreFaces(frame, region, [useless, good]);
  expect(both?.score).toEqual(one?.score);
  expect(both?.faces?.map((seen) => seen.usable)).toEqual([true, false]);
  expect(scoreFaces(frame, region, [])).toBeUndefined();
});
