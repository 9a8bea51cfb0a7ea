import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';

export interface WaitingCapture {
  readonly org: OrganizationId;
  readonly id: CaptureId;
}

export interface RecognitionQueueOptions {
  /** Recognizes one capture and takes it off the pending ones. @throws Unavailable to be asked again later. */
  readonly recognize: (capture: WaitingCapture) => Promise<void>;
  /** Takes a capture off the pending ones that failed again and again by a fault of ours. */
  readonly giveUp: (capture: WaitingCapture, reason: string) => Promise<void>;
  /** Pending captures of all organizations, oldest first, `limit` at most. */
  readonly pending: (limit: number) => Promise<readonly WaitingCapture[]>;
  /** Captures at once: one more than the engine has workers, so that none waits for the disk. */
  readonly concurrency: number;
  /** Captures that may wait. @default 256 */
  readonly limit?: number;
  readonly timer: Timer;
  readonly log: Log;
}

/** ms between two looks for pending captures that are not queued here. */
const refillMs = 5_000;
/** Tries at a capture on which the code fails, as against a service that is away. */
const maxTries = 3;

/**
 * Captures that wait for recognition on this machine. Only their ids: what must not be lost is in the table, as `pending`, and is
 * fetched from there at the start and whenever something was passed over.
 */
export class RecognitionQueue {
  readonly #options: RecognitionQueueOptions;
  readonly #limit: number;
  readonly #waiting: WaitingCapture[] = [];
  readonly #known = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #tries = new Map<string, number>();
  #waits = backoff({ firstMs: 250, maxMs: 10_000 });
  #state: 'new' | 'started' | 'stopped' = 'new';
  #resume: (() => void) | undefined;
  #refill: (() => void) | undefined;
  #refilling: Promise<void> = Promise.resolve();
  /** More was pending than fitted: look again as soon as nothing waits here. */
  #isBehind = false;

  constructor(options: RecognitionQueueOptions) {
    this.#options = options;
    this.#limit = options.limit ?? 256;
  }

  /** Captures that wait or are being recognized. */
  get length(): number {
    return this.#known.size;
  }

  /** Whether one more may be accepted. */
  hasRoom(): boolean {
    return this.#state !== 'stopped' && this.length < this.#limit;
  }

  /** A capture that was just stored. What comes twice is queued once. */
  offer(capture: WaitingCapture): void {
    const key = keyOf(capture);
    if (this.#state === 'stopped' || this.#known.has(key)) return;
    this.#known.add(key);
    this.#waiting.push(capture);
    this.#pump();
  }

  /** Takes up what an earlier run left pending, then works on. */
  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    await this.refill();
    this.#pump();
  }

  /** Ends what is running and leaves what waits for the next start. May be called twice. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#refill?.();
    this.#resume?.();
    this.#waiting.length = 0;
    await this.#refilling;
    await Promise.all(this.#running);
  }

  /** Queues what is pending and not queued here. Runs by itself every 5 s. */
  refill(): Promise<void> {
    this.#refill?.();
    this.#refilling = this.#refilling.then(() => this.#fetch());
    return this.#refilling;
  }

  async #fetch(): Promise<void> {
    if (this.#state !== 'started') return;
    try {
      const pending = await this.#options.pending(this.#limit);
      this.#isBehind = pending.length >= this.#limit;
      for (const capture of pending) this.offer(capture);
    } catch (err) {
      this.#options.log.error('pending-captures-not-read', { err });
    }
    this.#refill = this.#options.timer.after(refillMs, () => void this.refill());
  }

  #pump(): void {
    while (this.#state === 'started' && !this.#resume && this.#running.size < this.#options.concurrency) {
      const next = this.#waiting.shift();
      if (!next) return this.#catchUp();
      const run = this.#run(next).finally(() => {
        this.#running.delete(run);
        this.#pump();
      });
      this.#running.add(run);
    }
  }

  #catchUp(): void {
    // With nothing at work: what is being recognized is still pending in the table.
    if (!this.#isBehind || this.#running.size > 0) return;
    this.#isBehind = false;
    void this.refill();
  }

  async #run(capture: WaitingCapture): Promise<void> {
    const key = keyOf(capture);
    try {
      await this.#options.recognize(capture);
      this.#waits = backoff({ firstMs: 250, maxMs: 10_000 });
      this.#forget(key);
    } catch (error) {
      if (error instanceof Unavailable) this.#pause(capture, error);
      else await this.#failed(capture, error);
    }
  }

  /** What is away is away for all of them: wait, then begin with this one again. */
  #pause(capture: WaitingCapture, error: Unavailable): void {
    if (this.#state !== 'started') return;
    this.#waiting.unshift(capture);
    if (this.#resume) return;
    const waitMs = this.#waits.next().value ?? 10_000;
    this.#options.log.warn('recognition-waits', { reason: error.message, waitMs, waiting: this.length });
    const cancel = this.#options.timer.after(waitMs, () => {
      this.#resume = undefined;
      this.#pump();
    });
    this.#resume = () => {
      cancel();
      this.#resume = undefined;
    };
  }

  async #failed(capture: WaitingCapture, err: unknown): Promise<void> {
    const key = keyOf(capture);
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#options.log.error('recognition-failed', { captureId: capture.id, tries, err });
    this.#tries.set(key, tries);
    // Still pending in the table: the next refill brings it again.
    this.#known.delete(key);
    if (tries < maxTries) return;
    try {
      await this.#options.giveUp(capture, 'it could not be recognized because of an error here');
      this.#forget(key);
    } catch (error) {
      this.#options.log.error('capture-not-given-up', { captureId: capture.id, err: error });
    }
  }

  #forget(key: string): void {
    this.#known.delete(key);
    this.#tries.delete(key);
  }
}

function keyOf({ org, id }: WaitingCapture): string {
  return `${org} ${id}`;
}
