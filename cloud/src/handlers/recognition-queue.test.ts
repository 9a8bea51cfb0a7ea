import { CaptureId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { describe, expect, it } from 'vitest';
import { main } from '../domain/recognition.test.support.ts';
import { RecognitionQueue, type WaitingCapture } from './recognition-queue.ts';

const capture = (n: number): WaitingCapture => ({
  org: main,
  id: CaptureId.parse(`01KE6D00000000000000000${String(n).padStart(3, '0')}`),
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A queue over a set of what is pending, whose work ends when the test says. */
function setUp(options: { limit?: number; pending?: WaitingCapture[]; concurrency?: number } = {}) {
  const timer = new ManualTimer();
  const pending = options.pending ?? [];
  const running: { capture: WaitingCapture; end: (error?: Error) => Promise<void> }[] = [];
  const givenUp: string[] = [];
  const remove = (one: WaitingCapture) => {
    const index = pending.findIndex((other) => other.id === one.id);
    if (index >= 0) pending.splice(index, 1);
  };
  const queue = new RecognitionQueue({
    recognize: (one) =>
      new Promise((resolve, reject) => {
        running.push({
          capture: one,
          end: async (error) => {
            if (error) reject(error);
            else {
              remove(one);
              resolve();
            }
            await turn();
          },
        });
      }),
    giveUp: async (one) => {
      givenUp.push(one.id);
      remove(one);
    },
    pending: async (limit) => pending.slice(0, limit),
    concurrency: options.concurrency ?? 2,
    limit: options.limit ?? 3,
    timer,
    log: silentLog,
  });
  const next = async () => {
    const one = running.shift();
    if (!one) throw new Error('nothing runs');
    return one;
  };
  return { queue, timer, pending, running, givenUp, next };
}

describe('the recognition queue', () => {
  it('begins with what an earlier run left pending, oldest first, so many at once', async () => {
    const { queue, running, next } = setUp({ pending: [capture(1), capture(2), capture(3)] });
    await queue.start();
    expect(running.map((one) => one.capture)).toEqual([capture(1), capture(2)]);
    await (await next()).end();
    expect(running.map((one) => one.capture)).toEqual([capture(2), capture(3)]);
    await queue.refill();
    expect(queue.length).toBe(2);
  });

  it('has no room once its limit waits, and queues nothing twice', async () => {
    const { queue, next } = setUp();
    await queue.start();
    for (const n of [1, 2, 2, 3]) queue.offer(capture(n));
    expect(queue.length).toBe(3);
    expect(queue.hasRoom()).toBe(false);
    await (await next()).end();
    expect(queue.hasRoom()).toBe(true);
  });

  it('goes on to what did not fit as soon as nothing waits', async () => {
    const pending = [1, 2, 3, 4, 5].map(capture);
    const { queue, running, next } = setUp({ pending, limit: 2, concurrency: 2 });
    await queue.start();
    const seen: string[] = [];
    while (running.length > 0) {
      const one = await next();
      seen.push(one.capture.id);
      await one.end();
      await turn();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => capture(n).id));
    expect(queue.length).toBe(0);
  });

  it('waits with all of them, and ever longer, while what it needs is away', async () => {
    const { queue, timer, running, next } = setUp({ pending: [capture(1), capture(2)], concurrency: 1 });
    await queue.start();
    await (await next()).end(new Unavailable('away'));
    expect(running).toEqual([]);
    expect(queue.length).toBe(2);
    timer.advance(250);
    expect(running.map((one) => one.capture)).toEqual([capture(1)]);
    await (await next()).end(new Unavailable('away'));
    timer.advance(249);
    expect(running).toEqual([]);
    timer.advance(251);
    await (await next()).end();
    expect(running.map((one) => one.capture)).toEqual([capture(2)]);
  });

  it('tries a capture on which the code fails three times, then gives it up', async () => {
    const { queue, timer, givenUp, next } = setUp({ pending: [capture(1)] });
    await queue.start();
    for (let tries = 0; tries < 3; tries++) {
      expect(givenUp).toEqual([]);
      await (await next()).end(new TypeError('a bug'));
      timer.advance(5_000);
      await turn();
    }
    expect(givenUp).toEqual([capture(1).id]);
    expect(queue.length).toBe(0);
  });

  it('finds every 5 s what is pending and was not offered', async () => {
    const { queue, timer, pending, running } = setUp();
    await queue.start();
    pending.push(capture(7));
    timer.advance(5_000);
    await turn();
    expect(running.map((one) => one.capture)).toEqual([capture(7)]);
  });

  it('ends what runs and nothing more when it is stopped, twice if need be', async () => {
    const { queue, running, pending, next } = setUp({ pending: [capture(1), capture(2), capture(3)] });
    await queue.start();
    const one = await next();
    const other = await next();
    const stopped = Promise.all([queue.stop(), queue.stop()]);
    await one.end();
    await other.end();
    await stopped;
    expect(running).toEqual([]);
    expect(pending).toEqual([capture(3)]);
    queue.offer(capture(4));
    expect(queue.hasRoom()).toBe(false);
    expect(running).toEqual([]);
  });
});
