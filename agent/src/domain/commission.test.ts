import { CheckReport } from '@rollcall/contract/check-report';
import type { FoundFace } from '@rollcall/faces/face';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { ManualTimer } from '@rollcall/kit/timer';
import { beforeEach, expect, test } from 'vitest';
import { foundFace, ScriptedFaceFinder } from '../../test/scripted-face-finder.ts';
import type { Frame } from '../ports/frame.ts';
import { type CommissionOptions, commission } from './commission.ts';

let finder: ScriptedFaceFinder;
let timer: ManualTimer;

beforeEach(() => {
  finder = new ScriptedFaceFinder();
  timer = new ManualTimer();
});

/** A sharp picture in daylight. */
const lit = { width: 64, height: 48, data: Uint8Array.from({ length: 64 * 48 }, (_, i) => ((i * 7919) % 251) & 0xff) };

/** A camera that gives a frame whenever it is asked. */
function camera(): () => Frame {
  let at = Date.parse('2026-01-05T08:00:00Z');
  return () => {
    at += 100;
    return {
      at,
      image: Uint8Array.of(1, 2, 3),
      width: 1280,
      height: 720,
      luma: lit,
    };
  };
}

/** Runs it to its end, moving time on. */
async function check(changes: Partial<CommissionOptions> = {}): Promise<CheckReport> {
  const running = commission({
    finder,
    encoder: { encode: async (jpeg) => jpeg },
    halfLuma: async () => lit,
    lastFrame: camera(),
    picture: () => undefined,
    isBusy: () => false,
    crop: true,
    clock: systemClock,
    timer,
    seconds: 4,
    ...changes,
  });
  const ends = running.then(
    () => true,
    () => true,
  );
  const isOver = async () => {
    timer.advance(100);
    return Promise.race([ends, new Promise((resolve) => setImmediate(resolve, false))]);
  };
  await expect.poll(isOver, { interval: 1 }).toBe(true);
  return running;
}

function answers(...faces: FoundFace[]): void {
  finder.answer = async () => faces;
}

test('of good faces there is nothing to say, and the report fits its schema', async () => {
  answers(foundFace(90, { measures: { eyePixels: 41.27, black: 1, white: 0 } }));
  const report = await check();
  expect(CheckReport.parse(report)).toEqual(report);
  expect(report).toMatchObject({ width: 1280, height: 720, fit: true, picture: 'ok', advice: [] });
  expect(report.faces[0]).toMatchObject({
    usable: true,
    problems: [],
    eyePixels: 41.3,
    box: { width: 90, height: 108 },
  });
  expect(report.frames).toBeGreaterThan(5);
  expect(report.framesWithUsableFace).toBe(report.frames);
  expect(finder.isReady).toBe(false);
});

test.each<[string, Partial<FoundFace> & { width?: number }, string, boolean, RegExp]>([
  ['small', { width: 30 }, 'too-small', false, /30 pixels wide: needs 40, better 50/],
  ['rather small', { width: 45 }, 'too-small', true, /45 pixels wide/],
  ['turned away', { pose: { yaw: 70, pitch: 0, roll: 0 } }, 'turned-away', false, /turned 70°/],
  ['turned', { pose: { yaw: -50, pitch: 0, roll: 0 } }, 'turned-away', true, /better under 45°/],
  ['looking down', { pose: { yaw: 0, pitch: -35, roll: 0 } }, 'looks-up-or-down', true, /35° down.*better under 30°/],
  ['looking up', { pose: { yaw: 0, pitch: 55, roll: 0 } }, 'looks-up-or-down', false, /55° up.*better under 45°/],
  ['blurred', { quality: { sharpness: 4, brightness: 50 } }, 'too-blurred', false, /sharpness 4 of 100: needs 8/],
  ['dark', { quality: { sharpness: 80, brightness: 5 } }, 'too-dark', false, /light of 5 percent/],
  ['glaring', { measures: { eyePixels: 40, black: 0, white: 45 } }, 'too-bright', true, /45 percent white/],
  ['uncertain', { confidence: 30 }, 'uncertain', false, /30 percent sure/],
  ['half outside', { box: { x: 1240, y: 100, width: 90, height: 100 } }, 'cut-off', true, /edge of the picture/],
])('says of a face that is %s what was measured and what is needed', async (_, change, problem, usable, words) => {
  const { width = 90, ...changes } = change;
  answers(foundFace(width, changes));
  const report = await check();
  expect(report.faces[0]).toMatchObject({ usable, problems: [{ problem, words: expect.stringMatching(words) }] });
  expect(report.fit).toBe(usable);
  expect(report.advice).toHaveLength(1);
});

test('a frame over 1080p asks for larger faces, unless captures are cut to them', async () => {
  answers(foundFace(60));
  const frame = camera();
  const large = () => ({ ...frame(), width: 3840, height: 2160 });
  expect((await check({ lastFrame: large, crop: false })).faces[0]).toMatchObject({ usable: false });
  expect((await check({ lastFrame: large, crop: true })).faces[0]).toMatchObject({ usable: true });
});

test('says where to stand when nobody is seen, and what is wrong with the picture first', async () => {
  const report = await check({ picture: () => 'dark' });
  expect(report).toMatchObject({ fit: false, faces: [], framesWithFace: 0 });
  expect(report.advice).toEqual([
    expect.stringContaining('too dark'),
    expect.stringMatching(/^Nobody was seen in \d+ frames: walk past the camera/),
  ]);
  const [moved] = (await check({ isBusy: () => true })).advice;
  expect(moved).toMatch(/^Something moved, but .* no face was found/);
});

test('shows the best face first, in the picture that is sent, and reports so many at most', async () => {
  let width = 20;
  finder.answer = async () => Array.from({ length: 10 }, () => foundFace(++width));
  const report = await check();
  expect(report.faces).toHaveLength(40);
  expect(report.faces[0]?.box.width).toBeGreaterThan(100);
  expect(report.still.at).toBe(report.faces[0]?.at);
});

test('passes over frames that do not decode, and the same frame twice', async () => {
  const frame = camera();
  const [old, one] = [frame(), frame()];
  let asked = 0;
  answers(foundFace(80));
  expect((await check({ lastFrame: () => (asked++ === 0 ? old : one) })).frames).toBe(1);
  await expect(check({ lastFrame: () => old })).rejects.toThrow(/no frame came/);
  finder.answer = () => Promise.reject(new InvalidInput('no JPEG'));
  await expect(check()).rejects.toThrow(/no frame came/);
});

test('fails in words when no frame comes or nobody can look, and leaves nothing running', async () => {
  await expect(check({ lastFrame: () => undefined })).rejects.toThrow(/no frame came from the camera within 4 s/);
  finder.answer = () => Promise.reject(new Unavailable('no answer'));
  await expect(check()).rejects.toThrow('no answer');
  expect(finder.isReady).toBe(false);
});

test('goes on after a look that took too long', async () => {
  let looks = 0;
  finder.answer = async () => {
    if (looks++ === 0) throw new Unavailable('no answer in time');
    return [foundFace(80)];
  };
  expect(await check()).toMatchObject({ fit: true, frames: looks - 1 });
});

test.each([
  ['dark', () => 9],
  ['covered', () => 90],
  // Steps of a wave that is 32 wide.
  ['defocused', (i: number) => 128 + 90 * Math.sin(((i % 64) + Math.floor(i / 64)) / 5)],
])('sees at once that the picture is %s', async (state, level) => {
  const frame = camera();
  const luma = { ...lit, data: Uint8Array.from(lit.data, (_, i) => level(i)) };
  answers(foundFace(80));
  expect(await check({ lastFrame: () => ({ ...frame(), luma }) })).toMatchObject({ picture: state, fit: false });
});

test('looks closer whether the picture is sharp than who watches the door', async () => {
  answers(foundFace(80));
  const wave = Uint8Array.from(lit.data, (_, i) => 128 + 90 * Math.sin(((i % 64) + Math.floor(i / 64)) / 5));
  const report = await check({ halfLuma: async () => ({ ...lit, data: wave }) });
  expect(report).toMatchObject({
    picture: 'defocused',
    fit: false,
    advice: [expect.stringMatching(/not sharp: focus/)],
  });
  // A wall says nothing of the lens.
  expect(await check({ halfLuma: async () => ({ ...lit, data: lit.data.map(() => 128) }) })).toMatchObject({
    picture: 'ok',
  });
});

test('ends early when it is told to, with what it saw so far', async () => {
  answers(foundFace(80));
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  expect((await check({ signal: stop.signal, seconds: 60 })).frames).toBeLessThan(20);
});
