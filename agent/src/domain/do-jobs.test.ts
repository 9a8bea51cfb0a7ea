import { InvalidInput } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import * as fc from 'fast-check';
import { ulid } from 'ulid';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryJobMemory, MemoryJobQueue } from '../../test/memory-job-queue.ts';
import { MemoryPublisher } from '../../test/memory-publisher.ts';
import { JobRunner } from './do-jobs.ts';
import type { JobCall, JobHandlers, JobOutcome } from './job-handler.ts';
import { restartJob } from './restart-job.ts';

const snapshot = { kind: 'snapshot' };
const newId = (kind: string) => `${ulid()}-${kind}`;

let queue: MemoryJobQueue;
let memory: MemoryJobMemory;
let link: MemoryPublisher;
let timer: ManualTimer;
let restarts: number;
beforeEach(() => {
  queue = new MemoryJobQueue();
  memory = new MemoryJobMemory();
  link = new MemoryPublisher();
  timer = new ManualTimer();
  restarts = 0;
});

const restart = () => void restarts++;
/** A process. What is left of it when the next one starts does nothing more. */
const start = (handlers: JobHandlers, quiet = () => Promise.resolve()) => {
  const runner = new JobRunner({ queue, memory, handlers, link, quiet, restart, timer, log: silentLog });
  runner.start();
  return runner;
};
const snapshots = (run: (call: JobCall<'snapshot'>) => Promise<JobOutcome>): JobHandlers => ({
  snapshot: { timeoutMs: 60_000, needsQuiet: false, run },
});
const over = (jobId: string, status: string) => vi.waitFor(() => expect(queue.statusOf(jobId)).toBe(status));
/** What never comes to an end. */
const hang = () => new Promise<never>(() => {});

describe('jobs of an agent', () => {
  it('are done in the order in which they were asked for, one at a time, and their details told', async () => {
    const [first, second] = [newId('snapshot'), newId('snapshot')];
    let running = 0;
    queue.add(first, snapshot);
    start(
      snapshots(async ({ jobId }) => {
        expect(++running).toBe(1);
        await Promise.resolve();
        running--;
        return { status: 'SUCCEEDED', details: { of: jobId } };
      }),
    );
    queue.add(second, snapshot);
    await over(second, 'SUCCEEDED');
    expect(queue.replies.map(({ jobId, status }) => [jobId, status])).toEqual([
      [first, 'IN_PROGRESS'],
      [first, 'SUCCEEDED'],
      [second, 'IN_PROGRESS'],
      [second, 'SUCCEEDED'],
    ]);
    expect(queue.replies.at(-1)?.details).toEqual({ of: second });
    expect(memory.held).toBeUndefined();
  });

  it.each([
    ['of a kind that nobody knows', { kind: 'dance' }, 'this agent knows no job of the kind dance'],
    ['of a kind that this agent does not do', { kind: 'logs' }, 'this agent knows no job of the kind logs'],
    ['with a field too many', { kind: 'snapshot', zoom: 3 }, /^the document does not fit: .*zoom/],
    ['without a kind', ['snapshot'], /^the document does not fit/],
    ['of nothing', undefined, /^the document does not fit/],
  ])('are rejected with the reason when the document is %s, and the next one is done', async (_, document, reason) => {
    const [bad, good] = [newId('snapshot'), newId('snapshot')];
    queue.add(bad, document);
    queue.add(good, snapshot);
    start(snapshots(() => Promise.resolve({ status: 'SUCCEEDED' })));
    await over(good, 'SUCCEEDED');
    expect(queue.replies[0]).toMatchObject({ jobId: bad, status: 'REJECTED', details: { reason: expect.anything() } });
    expect(queue.replies[0]?.details['reason']).toMatch(reason);
  });

  it('fail with what their handler throws on purpose, in words that AWS IoT takes', async () => {
    const id = newId('snapshot');
    queue.add(id, snapshot);
    start(snapshots(() => Promise.reject(new InvalidInput(`no\n\tpicture ${'x'.repeat(2_000)}`))));
    await over(id, 'FAILED');
    const reason = queue.replies.at(-1)?.details['reason'] ?? '';
    expect(reason).toMatch(/^no picture x+$/);
    expect(reason).toHaveLength(1_024);
  });

  it('fail when their time is up, and hear of it', async () => {
    const id = newId('snapshot');
    let signal: AbortSignal | undefined;
    queue.add(id, snapshot);
    start(
      snapshots((call) => {
        ({ signal } = call);
        return new Promise(() => {});
      }),
    );
    await vi.waitFor(() => expect(signal).toBeDefined());
    timer.advance(60_000);
    await over(id, 'FAILED');
    expect(queue.replies.at(-1)?.details).toEqual({ reason: 'it was not done within 60 s' });
    expect(signal?.aborted).toBe(true);
  });

  it('are not begun when they were canceled while they waited for a quiet door', async () => {
    const id = newId('restart');
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.add(id, { kind: 'restart' });
    start({ restart: restartJob({ version: '1', startedAt: 'now' }) }, () => promise);
    await Promise.resolve();
    queue.cancel(id);
    resolve();
    const next = newId('snapshot');
    queue.add(next, snapshot);
    await over(next, 'REJECTED');
    expect(restarts).toBe(0);
    expect(queue.statusOf(id)).toBe('CANCELED');
  });

  it('are cut off when they are canceled in the middle, and what comes of them counts for nothing', async () => {
    const [id, next] = [newId('snapshot'), newId('snapshot')];
    const signals: AbortSignal[] = [];
    queue.add(id, snapshot);
    start(
      snapshots(({ jobId, signal }) => {
        signals.push(signal);
        return jobId === id ? new Promise(() => {}) : Promise.resolve({ status: 'SUCCEEDED' });
      }),
    );
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    queue.cancel(id);
    queue.add(next, snapshot);
    await over(next, 'SUCCEEDED');
    expect(signals[0]?.aborted).toBe(true);
    expect(queue.statusOf(id)).toBe('CANCELED');
  });

  it('wait while the cloud is away, ever longer, and what was done then is told later, not done again', async () => {
    const id = newId('snapshot');
    let runs = 0;
    queue.add(id, snapshot);
    start(
      snapshots(() => {
        runs++;
        queue.isAway = true;
        return Promise.resolve({ status: 'SUCCEEDED' });
      }),
    );
    await vi.waitFor(() => expect(memory.held?.outcome).toEqual({ status: 'SUCCEEDED' }));
    await vi.waitFor(() => expect(queue.isAway).toBe(true));
    queue.isAway = false;
    await vi.waitFor(() => {
      timer.advance(2_000);
      expect(queue.statusOf(id)).toBe('SUCCEEDED');
    });
    expect(runs).toBe(1);
  });

  it('are taken up when the link is back', async () => {
    const id = newId('snapshot');
    link.online = false;
    start(snapshots(() => Promise.resolve({ status: 'SUCCEEDED' })));
    queue.add(id, snapshot);
    await Promise.resolve();
    expect(queue.statusOf(id)).toBe('QUEUED');
    link.setOnline(true);
    await over(id, 'SUCCEEDED');
  });

  it('that restart end in the next process, which says so, once', async () => {
    const id = newId('restart');
    queue.add(id, { kind: 'restart' });
    const first = start({ restart: restartJob({ version: '1', startedAt: 'then' }) });
    await vi.waitFor(() => expect(restarts).toBe(1));
    expect(queue.statusOf(id)).toBe('IN_PROGRESS');
    await first.stop();
    link = new MemoryPublisher();
    start({ restart: restartJob({ version: '2', startedAt: 'now' }) });
    await over(id, 'SUCCEEDED');
    expect(restarts).toBe(1);
    expect(queue.replies.at(-1)?.details).toEqual({ version: '2', startedAt: 'now' });
  });

  it('that a process was cut off in are gone on with once, and failed after that', async () => {
    const id = newId('snapshot');
    queue.add(id, snapshot);
    let runs = 0;
    const handlers: JobHandlers = {
      snapshot: { timeoutMs: 60_000, needsQuiet: false, run: hang, resume: () => (runs++, hang()) },
    };
    for (const process of [1, 2]) {
      const runner = start(handlers);
      await vi.waitFor(() => expect(memory.held?.resumed).toBe(process === 2));
      await runner.stop();
    }
    start(handlers);
    await over(id, 'FAILED');
    expect(runs).toBe(1);
    expect(queue.replies.at(-1)?.details).toEqual({ reason: 'the agent ended twice in the middle of it' });
  });

  it('that restarted are gone on with by every process until one says what came of them', async () => {
    const id = newId('update');
    queue.add(id, { kind: 'update', version: '1.2.3', url: 'http://files.example/1.2.3' });
    let looks = 0;
    const update: JobHandlers['update'] = {
      timeoutMs: 60_000,
      needsQuiet: false,
      run: () => Promise.resolve({ status: 'restarting' }),
      resume: () => (++looks < 4 ? hang() : Promise.resolve({ status: 'SUCCEEDED' })),
    };
    const first = start({ update });
    await vi.waitFor(() => expect(restarts).toBe(1));
    await first.stop();
    for (let process = 1; process < 4; process++) {
      const runner = start({ update });
      await vi.waitFor(() => expect(looks).toBe(process));
      await runner.stop();
    }
    start({ update });
    await over(id, 'SUCCEEDED');
  });

  it('that a process was cut off in have failed when nobody can go on with them, or remembers them', async () => {
    const handlers = snapshots(() => new Promise(() => {}));
    for (const forget of [false, true]) {
      const id = newId('snapshot');
      queue.add(id, snapshot);
      const first = start(handlers);
      await vi.waitFor(() => expect(queue.statusOf(id)).toBe('IN_PROGRESS'));
      await first.stop();
      if (forget) await memory.clear();
      const second = start(handlers);
      await over(id, 'FAILED');
      await second.stop();
    }
  });

  it('are each begun at most once, whenever processes end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { maxLength: 8 }), async (lives) => {
        [queue, memory, link, timer] = [
          new MemoryJobQueue(),
          new MemoryJobMemory(),
          new MemoryPublisher(),
          new ManualTimer(),
        ];
        const ids = [newId('snapshot'), newId('snapshot'), newId('snapshot')];
        const runs: string[] = [];
        for (const id of ids) queue.add(id, snapshot);
        const handlers = snapshots(async ({ jobId }) => {
          runs.push(jobId);
          await Promise.resolve();
          return { status: 'SUCCEEDED' };
        });
        for (const turns of [...lives, 200]) {
          const runner = start(handlers);
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          await runner.stop();
        }
        expect(new Set(runs).size).toBe(runs.length);
        for (const id of ids) expect(['SUCCEEDED', 'FAILED']).toContain(queue.statusOf(id));
      }),
    );
  });
});
