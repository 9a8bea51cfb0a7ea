import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DrawnDoor, drawDoor } from '../../test/drawn-door.ts';
import { type Motion, MotionFilter } from './motion.ts';

const options = { masks: [], minArea: 0.008, stillMs: 60_000 };

/** What the filter says of each frame of a scene that is drawn for each instant. */
function watch(
  scene: (seconds: number) => DrawnDoor,
  { seconds = 10, fps = 10, filter = new MotionFilter(options) } = {},
) {
  const said: (Motion & { seconds: number })[] = [];
  for (let frame = 0; frame < seconds * fps; frame++) {
    const at = frame / fps;
    const luma = drawDoor({ seed: frame + 1, ...scene(at) });
    said.push({ seconds: at, ...filter.look(luma, 1_000_000 + at * 1000) });
  }
  return said;
}

const largest = (said: readonly Motion[]) => Math.max(0, ...said.map((motion) => motion.area));
const standing = { x: 0.5, y: 0.3, width: 0.12, height: 0.6 };
/** Comes in from the left from second 3 on, is at its place after two seconds. */
const arriving = (seconds: number) => ({ ...standing, x: Math.min(standing.x, -0.2 + (seconds - 3) * 0.35) });

describe('the motion filter', () => {
  it.each([
    ['a still room', () => ({})],
    ['a noisy sensor', () => ({ noise: 6 })],
    ['slow dusk', (s: number) => ({ light: 1 - s / 40 })],
    ['exposure that darkens everything and recovers', (s: number) => ({ light: s > 3 && s < 7 ? 0.75 : 1 })],
    ['a lamp that flickers', (s: number) => ({ light: 1 + 0.06 * Math.sin(s * 41) })],
    ['a light that is switched on', (s: number) => ({ light: s > 4 ? 1.25 : 0.2 })],
    ['a light that is switched off', (s: number) => ({ light: s > 4 ? 0.12 : 1 })],
    ['a slammed door that shakes the camera', (s: number) => ({ shift: s > 4 && s < 5 ? 0.8 * Math.sin(s * 60) : 0 })],
    [
      'a shadow that passes',
      (s: number) => ({ shade: (x: number) => 1 - 0.3 * Math.max(0, 1 - Math.abs(x - (s - 3) / 4) * 5) }),
    ],
  ])('sees nobody in %s', (_, scene: (seconds: number) => DrawnDoor) => {
    for (const fps of [10, 30]) expect(largest(watch(scene, { seconds: 10, fps }))).toBeLessThan(options.minArea);
  });

  it.each([
    ['10 frames a second', { fps: 10 }, {}],
    ['30 frames a second', { fps: 30 }, {}],
    ['3 frames a second', { fps: 3 }, {}],
    ['a small picture', {}, { width: 80, height: 60 }],
    ['a large picture', {}, { width: 240, height: 135 }],
    ['a dark room', {}, { light: 0.3 }],
    ['a noisy sensor', {}, { noise: 5 }],
  ])('sees somebody come in and stand still at %s', (_, pace, door: DrawnDoor) => {
    const said = watch((seconds) => ({ ...door, people: seconds < 3 ? [] : [arriving(seconds)] }), {
      seconds: 32,
      ...pace,
    });
    expect(largest(said.filter((one) => one.seconds < 3))).toBe(0);
    const walking = said.filter((one) => one.seconds > 3.8 && one.seconds < 5);
    expect(Math.max(...walking.map((one) => one.moved))).toBeGreaterThan(options.minArea);
    for (const one of said.filter(({ seconds }) => seconds > 6)) {
      expect(one.area).toBeGreaterThan(0.05);
      expect(one.region?.x).toBeCloseTo(0.5, 1);
      expect(one.region?.width).toBeCloseTo(0.12, 1);
    }
  });

  it('sees the empty room at once when somebody leaves who stood still while the light changed', () => {
    const said = watch(
      (seconds) => ({
        light: 1 - Math.max(0, Math.min(10, seconds - 6)) / 30,
        people: seconds < 3 || seconds > 20 ? [] : [arriving(seconds)],
      }),
      { seconds: 24 },
    );
    expect(largest(said.filter((one) => one.seconds > 7 && one.seconds < 20))).toBeGreaterThan(0.05);
    expect(largest(said.filter((one) => one.seconds > 20.2))).toBeLessThan(options.minArea);
  });

  it('takes what was put down for background after a while', () => {
    const filter = new MotionFilter({ ...options, stillMs: 8_000 });
    const said = watch((seconds) => ({ people: seconds < 3 ? [] : [standing] }), { seconds: 16, filter });
    expect(largest(said.filter((one) => one.seconds > 3 && one.seconds < 10.5))).toBeGreaterThan(0.05);
    expect(largest(said.filter((one) => one.seconds > 12))).toBe(0);
  });

  it('forgets in seconds whoever was there when it started, once they have left', () => {
    const said = watch((seconds) => ({ people: seconds < 2 ? [standing] : [] }), { seconds: 8 });
    expect(largest(said.filter((one) => one.seconds > 5))).toBeLessThan(options.minArea / 2);
  });

  it('says that the light jumped, and nothing else, when it is switched', () => {
    const said = watch((seconds) => ({ light: seconds > 4 ? 0.1 : 1, shade: (x) => (seconds > 4 ? 1.5 - x : 1) }));
    expect(said.some((one) => one.lightJumped)).toBe(true);
    expect(largest(said)).toBeLessThan(options.minArea);
  });

  it('sees somebody who steps before the camera at once', () => {
    const close = { x: 0.1, y: 0.05, width: 0.8, height: 0.95 };
    const said = watch((seconds) => ({ people: seconds > 4 && seconds < 7 ? [close] : [] }));
    expect(largest(said.filter((one) => one.seconds < 4))).toBe(0);
    expect(largest(said.filter((one) => one.seconds > 5 && one.seconds < 7))).toBeGreaterThan(0.5);
    expect(largest(said.filter((one) => one.seconds > 7.2))).toBe(0);
  });

  it('leaves out what is masked', () => {
    const filter = new MotionFilter({
      ...options,
      masks: [
        [
          [0.4, 0],
          [0.7, 0],
          [0.7, 1],
          [0.4, 1],
        ],
      ],
    });
    const said = watch((seconds) => ({ people: seconds < 3 ? [] : [standing] }), { filter });
    expect(largest(said)).toBe(0);
  });

  it('starts anew when the size of the picture changes', () => {
    const filter = new MotionFilter(options);
    filter.look(drawDoor(), 0);
    expect(filter.look(drawDoor({ width: 240, height: 135 }), 100).area).toBe(0);
  });

  it('never writes into a picture, and answers with fractions, whatever comes', () => {
    const lumas = fc
      .uint8Array({ minLength: 32 * 20, maxLength: 32 * 20 })
      .map((data) => ({ width: 32, height: 20, data }));
    fc.assert(
      fc.property(fc.array(fc.tuple(lumas, fc.nat({ max: 2000 })), { maxLength: 12 }), (frames) => {
        const filter = new MotionFilter(options);
        let at = 0;
        for (const [luma, ms] of frames) {
          const before = luma.data.slice();
          const { area, moved, region } = filter.look(luma, (at += ms));
          expect(luma.data).toEqual(before);
          expect(area).toBeGreaterThanOrEqual(moved);
          expect(area).toBeLessThanOrEqual(1);
          expect(moved).toBeGreaterThanOrEqual(0);
          expect(region === undefined).toBe(area === 0);
          const { x, y, width, height } = region ?? { x: 0, y: 0, width: 0, height: 0 };
          expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });
});
