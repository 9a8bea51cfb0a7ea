import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Motion } from './motion.ts';
import { type ClosedPassage, PassageWatch } from './passage.ts';

const options = { minArea: 0.01, quietMs: 1_200, maxMs: 60_000 };
const nobody: Motion = { area: 0, moved: 0, lightJumped: false };
const walking: Motion = { area: 0.1, moved: 0.06, lightJumped: false };
const standing: Motion = { area: 0.1, moved: 0, lightJumped: false };

/** Looks at `motion` every 100 ms from `from` on, to before `to`. */
function look(watch: PassageWatch, motion: Motion, from: number, to: number): ClosedPassage[] {
  const closed: ClosedPassage[] = [];
  for (let at = from; at < to; at += 100) {
    const step = watch.look(motion, at);
    if (step.state === 'closed') closed.push(step.passage);
  }
  return closed;
}

describe('a passage', () => {
  it('opens with the first frame that moves and closes when it was quiet, as of the last that had somebody', () => {
    const watch = new PassageWatch(options);
    look(watch, nobody, 0, 1_000);
    look(watch, walking, 1_000, 3_000);
    expect(watch.openedAt).toBe(1_000);
    expect(look(watch, nobody, 3_000, 6_000)).toEqual([
      { openedAt: 1_000, closedAt: 2_900, frames: 32, ended: 'quiet' },
    ]);
    expect(watch.openedAt).toBeUndefined();
  });

  it('does not open for a flash of one frame, nor for what stands there', () => {
    const watch = new PassageWatch(options);
    look(watch, walking, 0, 100);
    look(watch, nobody, 100, 1_000);
    look(watch, standing, 1_000, 9_000);
    expect(watch.openedAt).toBeUndefined();
  });

  it('opens for a single frame of a camera that gives few', () => {
    const watch = new PassageWatch(options);
    watch.look(nobody, 0);
    expect(watch.look(walking, 1_000).state).toBe('opened');
  });

  it('stays open while somebody stands still', () => {
    const watch = new PassageWatch(options);
    look(watch, walking, 0, 1_000);
    expect(look(watch, standing, 1_000, 40_000)).toEqual([]);
    expect(watch.openedAt).toBe(0);
  });

  it('does not stay open for what little was left behind', () => {
    const watch = new PassageWatch(options);
    look(watch, walking, 0, 3_000);
    const [closed] = look(watch, { ...standing, area: 0.02 }, 3_000, 9_000);
    expect(closed?.ended).toBe('quiet');
    expect(closed?.closedAt).toBeLessThan(5_000);
  });

  it('bridges a pause that is shorter than quiet', () => {
    const watch = new PassageWatch(options);
    look(watch, walking, 0, 1_000);
    expect(look(watch, nobody, 1_000, 2_000)).toEqual([]);
    expect(look(watch, walking, 2_000, 3_000)).toEqual([]);
    expect(look(watch, nobody, 3_000, 5_000)).toHaveLength(1);
  });

  it('is cut when it gets too long', () => {
    const watch = new PassageWatch({ ...options, maxMs: 5_000 });
    const closed = look(watch, walking, 0, 12_000);
    expect(closed.map((one) => one.ended)).toEqual(['too-long', 'too-long']);
    expect(closed[0]?.closedAt).toBe(5_000);
  });

  it('ends when the camera does', () => {
    const watch = new PassageWatch(options);
    expect(watch.close('camera-ended')).toBeUndefined();
    look(watch, walking, 0, 1_000);
    expect(watch.close('stopped')).toEqual({ openedAt: 0, closedAt: 900, frames: 10, ended: 'stopped' });
    expect(watch.close('stopped')).toBeUndefined();
  });

  it('never overlaps another, is never longer than allowed, and is over after quiet, whatever moves', () => {
    const motions = fc
      .tuple(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([area, part]) => ({ area, moved: area * part, lightJumped: false }));
    const frames = fc.array(fc.tuple(fc.oneof(motions, fc.constant(nobody)), fc.integer({ min: 1, max: 900 })), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(frames, (steps) => {
        const watch = new PassageWatch({ ...options, maxMs: 10_000 });
        const closed: ClosedPassage[] = [];
        let at = 0;
        for (const [motion, ms] of steps) {
          const step = watch.look(Object.freeze(motion), (at += ms));
          if (step.state === 'closed') closed.push(step.passage);
        }
        const quiet = watch.look(nobody, at + options.quietMs + 10_000);
        expect(watch.openedAt).toBeUndefined();
        if (quiet.state === 'closed') closed.push(quiet.passage);
        for (const [i, one] of closed.entries()) {
          expect(one.closedAt).toBeGreaterThanOrEqual(one.openedAt);
          expect(one.closedAt - one.openedAt).toBeLessThanOrEqual(10_000 + 900);
          expect(one.frames).toBeGreaterThanOrEqual(1);
          expect(one.openedAt).toBeGreaterThanOrEqual(closed[i - 1]?.closedAt ?? 0);
        }
      }),
    );
  });
});
