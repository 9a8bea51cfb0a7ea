import { Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { live } from './live.ts';

const clock = new ManualClock();

/** A camera whose pictures arrive after so many ms each. @returns the instants of those that are looked at. */
async function looksAt(
  waits: readonly number[],
  framerate = 15,
  onEnd = (error: Unavailable) => {
    if (!error.message.includes('no more pictures')) throw error;
  },
): Promise<number[]> {
  const taken: number[] = [];
  const source = {
    framerate,
    async *images() {
      for (const ms of waits) {
        clock.advance(ms);
        yield new Uint8Array(1);
        // Its reader is quick.
        for (let i = 0; i < 20; i++) await Promise.resolve();
      }
    },
  };
  try {
    for await (const { at } of live(source, { clock })(new AbortController(), () => {})) taken.push(at);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    onEnd(error);
  }
  return taken;
}

describe('a live camera', () => {
  it('that gives twice as many pictures is looked at as often as it should be', async () => {
    expect((await looksAt(Array.from({ length: 300 }, () => 1000 / 30))).length).toBeGreaterThan(145);
    expect((await looksAt(Array.from({ length: 300 }, () => 1000 / 30))).length).toBeLessThan(155);
  });

  it('that gives them a little early or late loses none', async () => {
    const waits = Array.from({ length: 200 }, (_, i) => 66.7 + (i % 2 ? 15 : -15));
    expect((await looksAt(waits)).length).toBeGreaterThanOrEqual(198);
  });

  it('gives instants that never decrease, at the rate asked for at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -900, max: 400 }), { maxLength: 60 }), async (waits) => {
        const begin = clock.now();
        // Small steps back may add up to a large one, at which it ends.
        const taken = await looksAt(waits, 15, () => {});
        for (const [i, at] of taken.entries()) expect(at).toBeGreaterThanOrEqual(taken[i - 1] ?? 0);
        const span = Math.max(0, (taken.at(-1) ?? begin) - (taken[0] ?? begin));
        expect(taken.length).toBeLessThanOrEqual(span / (1000 / 15) + 2);
      }),
    );
  });

  it('starts anew when the clock is set back', async () => {
    await expect(looksAt([100, 100, -60_000, 100])).rejects.toThrow('the clock was set back');
  });

  it('that gives no more has failed', async () => {
    const images = live({ framerate: 15, async *images() {} }, { clock })(new AbortController(), () => {});
    await expect(images[Symbol.asyncIterator]().next()).rejects.toThrow('gives no more pictures');
  });
});
