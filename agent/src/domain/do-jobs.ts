import type { JobKind } from '@rollcall/contract/device-job';
import { AppError } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { HeldJob, JobMemory } from '../ports/job-memory.ts';
import type { JobQueue, OfferedJob } from '../ports/job-queue.ts';
import type { Publisher } from '../ports/publisher.ts';
import { detailsOf } from './job-details.ts';
import type { JobCall, JobHandler, JobHandlers, JobOutcome } from './job-handler.ts';
import { readJob } from './read-job.ts';

export interface JobRunnerOptions {
  readonly queue: JobQueue;
  readonly memory: JobMemory;
  readonly handlers: JobHandlers;
  readonly link: Pick<Publisher, 'online' | 'onOnline'>;
  /** Resolves when nobody is at the door, or after a while. */
  readonly quiet: (signal: AbortSignal) => Promise<void>;
  /** Ends the agent so that it is started again. */
  readonly restart: () => void;
  readonly timer: Timer;
  readonly log: Log;
  /** 0 to 1; @default Math.random */
  readonly random?: () => number;
}

/** The queue is asked so often even when nothing was told of it: what was told may have got lost. */
const lookEveryMs = 600_000;
const retry = { firstMs: 2_000, maxMs: 300_000 };

/**
 * Does what the cloud asks of this device, one job at a time and each at most twice: what is in hand is remembered over the end of the
 * process, so that a restart is reported by the next one and what cuts the agent off is not begun for ever.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined;
  #again = false;
  #running: { readonly jobId: string; readonly canceled: AbortController } | undefined;
  #cancelLook = () => {};
  #waits: Generator<number, void>;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#waits = this.#newWaits();
  }

  start(): void {
    const { queue, link } = this.#options;
    link.onOnline((online) => {
      if (online) this.#look();
    });
    queue.onNext((jobId) => {
      // What is in hand stays next until it is over: another one says that it was canceled, or its time was up.
      if (this.#running && this.#running.jobId !== jobId) this.#running.canceled.abort();
      this.#look();
    });
    this.#look();
  }

  /** What is in hand is cut off, and gone on with by the next process. May be called twice. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancelLook();
    await this.#work;
  }

  #look(): void {
    const { link } = this.#options;
    this.#again = true;
    if (this.#work || this.#stop.signal.aborted || !link.online) return;
    this.#cancelLook();
    this.#work = this.#all().finally(() => {
      this.#work = undefined;
      if (this.#again) this.#look();
    });
  }

  /** Until the queue has nothing more. */
  async #all(): Promise<void> {
    const { timer, link, log } = this.#options;
    let waitMs = lookEveryMs;
    try {
      do {
        this.#again = false;
        while (!this.#stop.signal.aborted && link.online && (await this.#one()));
      } while (this.#again && link.online && !this.#stop.signal.aborted);
      this.#waits = this.#newWaits();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn('jobs-postponed', { reason: error.message });
      waitMs = this.#waits.next().value ?? retry.maxMs;
    }
    this.#again = false;
    if (!this.#stop.signal.aborted) this.#cancelLook = timer.after(waitMs, () => this.#look());
  }

  /** @returns false when there is nothing to do. */
  async #one(): Promise<boolean> {
    const { queue, memory } = this.#options;
    const held = await memory.load();
    if (held?.outcome) {
      await this.#report(held, held.outcome);
      return true;
    }
    const next = await queue.next();
    if (held && held.jobId !== next?.jobId) await memory.clear();
    if (!next) return false;
    if (next.status === 'IN_PROGRESS') await this.#goOn(next, held?.jobId === next.jobId ? held : undefined);
    else await this.#begin(next);
    return !this.#stop.signal.aborted;
  }

  async #begin(next: OfferedJob): Promise<void> {
    const { queue, memory, handlers, quiet, log } = this.#options;
    const job = readJob(next, handlers);
    if (typeof job === 'string') return this.#answer(next, { status: 'REJECTED', reason: job });
    if (handlers[job.document.kind]?.needsQuiet) await quiet(this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    const held: HeldJob = { ...job, version: next.version, phase: 'begun', resumed: false };
    await memory.save(held);
    const { jobId, version: expectedVersion } = held;
    const version = await queue.update({ jobId, status: 'IN_PROGRESS', details: {}, expectedVersion });
    // Canceled while it waited.
    if (version === undefined) return memory.clear();
    log.info('job', { jobId, kind: job.document.kind });
    await memory.save({ ...held, version });
    await this.#do({ ...held, version }, (handler, call) => handler.run(call));
  }

  /** A job that an earlier process began. */
  async #goOn(next: OfferedJob, held: HeldJob | undefined): Promise<void> {
    const failed = (reason: string) => this.#answer(next, { status: 'FAILED', reason });
    if (!held) return failed('it was begun before, and this agent knows nothing of how far it came');
    if (held.resumed && held.phase === 'begun') return failed('the agent ended twice in the middle of it');
    const now = { ...held, version: next.version, resumed: true };
    await this.#options.memory.save(now);
    await this.#do(now, async (handler, call) => {
      if (!handler.resume) return { status: 'FAILED', reason: 'the agent ended in the middle of it' };
      return handler.resume(call, held.phase === 'restarting' ? 'restarted' : 'cut-off');
    });
  }

  async #do(held: HeldJob, run: (handler: JobHandler<JobKind>, call: JobCall<JobKind>) => Promise<JobOutcome>) {
    const { memory, restart, log } = this.#options;
    const outcome = await this.#within(held, run);
    const { jobId } = held;
    if (outcome === 'stopped') return;
    if (outcome === 'canceled') {
      log.info('job-canceled', { jobId });
      return memory.clear();
    }
    if (outcome.status !== 'restarting') {
      // Should the queue be away now, it is told later.
      await memory.save({ ...held, outcome });
      return this.#report(held, outcome);
    }
    await memory.save({ ...held, phase: 'restarting' });
    log.info('job-restarts', { jobId });
    this.#stop.abort();
    restart();
  }

  /** What comes of it, or what was first: its time was up, it was canceled, the agent stops. */
  async #within(
    { jobId, document }: HeldJob,
    run: (handler: JobHandler<JobKind>, call: JobCall<JobKind>) => Promise<JobOutcome>,
  ): Promise<JobOutcome | 'canceled' | 'stopped'> {
    const { handlers, timer } = this.#options;
    const handler = handlerOf(handlers, document.kind);
    // An earlier version of the agent knew it.
    if (!handler) return { status: 'FAILED', reason: `this agent knows no job of the kind ${document.kind}` };
    const canceled = new AbortController();
    const late = new AbortController();
    this.#running = { jobId, canceled };
    const cancelAlarm = timer.after(handler.timeoutMs, () => late.abort());
    const signal = AbortSignal.any([canceled.signal, late.signal, this.#stop.signal]);
    const cut = new Promise<'cut'>((resolve) => {
      if (signal.aborted) resolve('cut');
      signal.addEventListener('abort', () => resolve('cut'), { once: true });
    });
    try {
      const outcome = await Promise.race([cut, run(handler, { jobId, document, signal }).catch(asOutcome)]);
      if (this.#stop.signal.aborted) return 'stopped';
      if (canceled.signal.aborted) return 'canceled';
      if (outcome !== 'cut') return outcome;
      return { status: 'FAILED', reason: `it was not done within ${Math.round(handler.timeoutMs / 1_000)} s` };
    } finally {
      cancelAlarm();
      this.#running = undefined;
    }
  }

  /** Ends a job with which nothing was done. */
  async #answer(
    { jobId, version }: OfferedJob,
    { status, reason }: Exclude<JobOutcome, { status: 'SUCCEEDED' | 'restarting' }>,
  ) {
    const { queue, memory, log } = this.#options;
    log.warn('job-not-done', { jobId, status, reason });
    await queue.update({ jobId, status, details: detailsOf({ reason }), expectedVersion: version });
    await memory.clear();
  }

  async #report({ jobId, version, document }: HeldJob, outcome: NonNullable<HeldJob['outcome']>): Promise<void> {
    const { queue, memory, log } = this.#options;
    const { status } = outcome;
    const details = detailsOf({ ...outcome.details, ...('reason' in outcome && { reason: outcome.reason }) });
    const known = await queue.update({ jobId, status, details, expectedVersion: version });
    await memory.clear();
    const level = status === 'SUCCEEDED' ? 'info' : 'warn';
    log[level]('job-done', { jobId, kind: document.kind, status, ...details, counted: known !== undefined });
  }

  #newWaits(): Generator<number, void> {
    return backoff({ ...retry, random: this.#options.random ?? Math.random });
  }
}

/** The handler of the kind that the document is of. */
function handlerOf(handlers: JobHandlers, kind: JobKind): JobHandler<JobKind> | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- registry and document agree by kind, which types cannot follow
  return handlers[kind] as unknown as JobHandler<JobKind> | undefined;
}

function asOutcome(error: unknown): JobOutcome {
  if (error instanceof AppError) return { status: 'FAILED', reason: error.message };
  throw error;
}
