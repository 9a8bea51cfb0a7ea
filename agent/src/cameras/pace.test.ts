import { setImmediate as turn } from 'node:timers/promises';
import { ManualTimer } from '@rollcall/kit/timer';
import { describe, expect, it } from 'vitest';
import { atOwnPace, type TimedImage } from './pace.ts';

async function* tenASecond(count: number): AsyncGenerator<TimedImage, void> {
  for (let i = 0; i < count; i++) yield { image: Uint8Array.of(i), offsetMs: i * 100 };
}

async function* failing(): AsyncGenerator<TimedImage, void> {
  yield* tenASecond(1);
  throw new Error('gone');
}

/** Lets everything happen that needs no time, then moves on, step by step. */
async function pass(timer: ManualTimer, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    for (let i = 0; i < 4; i++) await turn();
    timer.advance(50);
  }
  for (let i = 0; i < 4; i++) await turn();
}

describe('own pace', () => {
  it('gives each picture when its time has come', async () => {
    const timer = new ManualTimer();
    const seen: [number, number][] = [];
    const reading = (async () => {
      const images = atOwnPace(tenASecond(5), { timer, stop: new AbortController(), onFirst: () => {} });
      for await (const { image } of images) seen.push([image[0] ?? -1, timer.now()]);
    })();
    await pass(timer, 1_000);
    await reading;
    expect(seen).toEqual([
      [0, 0],
      [1, 100],
      [2, 200],
      [3, 300],
      [4, 400],
    ]);
  });

  it('skips what a slow reader has missed: the latest wins', async () => {
    const timer = new ManualTimer();
    const images = atOwnPace(tenASecond(20), { timer, stop: new AbortController(), onFirst: () => {} });
    const first = await images.next();
    expect(first.value?.image[0]).toBe(0);
    await pass(timer, 1_000);
    const second = await images.next();
    expect(second.value?.image[0]).toBe(10);
    await images.return();
  });

  it('ends at once when it is stopped', async () => {
    const timer = new ManualTimer();
    const stop = new AbortController();
    const images = atOwnPace(tenASecond(20), { timer, stop, onFirst: () => {} });
    await images.next();
    stop.abort();
    expect((await images.next()).done).toBe(true);
  });

  it('throws what its source throws', async () => {
    const images = atOwnPace(failing(), { timer: new ManualTimer(), stop: new AbortController(), onFirst: () => {} });
    await images.next();
    await expect(images.next()).rejects.toThrow('gone');
  });
});
