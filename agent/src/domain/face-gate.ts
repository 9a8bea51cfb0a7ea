import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { FaceGateHealth, FaceGateState } from '@rollcall/contract/heartbeat';
import type { Region } from '@rollcall/contract/capture';
import { AppError, InvalidInput } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { FaceGateOptions } from './face-gate-options.ts';
import type { Frame } from '../ports/frame.ts';
import { judgeFace } from './face-in-shot.ts';
import { HeldLooks } from './held-looks.ts';
import { LatestFirst } from './latest-first.ts';
import type { Look } from './look.ts';
import { LookPace, maxLookMs } from './look-pace.ts';
import { doorwayOf, measureLooks } from './measure-looks.ts';
import { cutAround } from './cut.ts';

/** Between one measurement and the next. */
const nextTryMs = 1_000;
/** Shots wait no longer than this for what it measures. */
const maxHoldMs = 10_000;
/** What looking takes with its models, doubled: benchmarks/results/gate.md. */
const minBytes = 250_000_000;
/** One that was on for so long starts anew with short waits. */
const steadyMs = 600_000;
/** What does not work, is too slow or has no memory is tried again: a machine that has just started is slow. */
const retry = { firstMs: 5_000, maxMs: 3_600_000 };

type Asked = { readonly frame: Frame; readonly region: Region };

/**
 * Looks for faces in the frames of a passage, one at a time and the latest first, without holding up whoever asks. Whatever breaks opens it:
 * nobody is lost because it does not work.
 */
export class FaceGate {
  readonly #options: FaceGateOptions;
  #mode: AgentConfig['faceGate'];
  #state: FaceGateState = 'off';
  #detail: string | undefined;
  #ready: Promise<void> = Promise.resolve();
  /** Counts the starts: what an earlier one finds out means nothing any more. */
  #start = 0;
  #measures = false;
  #onSince = 0;
  #cancelRetry = () => {};
  #cancelHold = () => {};
  #holds = false;
  #waits = backoff(retry);
  readonly #pace = new LookPace();
  #counts = { looks: 0, skipped: 0, failed: 0 };

  readonly #skip = (): Look => {
    this.#counts.skipped++;
    return { kind: 'skipped' };
  };
  readonly #looks = new LatestFirst<Asked, Look>((asked) => this.#find(asked), this.#skip);
  readonly #held = new HeldLooks<Asked, Look>(this.#skip);

  constructor(options: FaceGateOptions) {
    this.#options = options;
    this.#mode = options.mode;
  }

  /** Whether every frame is to be waited for. */
  get patient(): boolean {
    return this.#options.patient ?? false;
  }

  start(): void {
    this.#waits = backoff(retry);
    this.#begin();
  }

  /** Changes its mode, with passages open or not. */
  set(mode: AgentConfig['faceGate']): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.start();
  }

  /** Puts the models away. May be called twice. */
  async stop(): Promise<void> {
    this.#start++;
    this.#cancelRetry();
    this.#become('off');
    await this.#options.finder.stop();
  }

  health(): FaceGateHealth {
    const { ms } = this.#pace;
    return {
      state: this.#state,
      ...(this.#detail !== undefined && { detail: this.#detail.slice(0, 300) }),
      ...(ms !== undefined && { lookMs: Math.round(ms * 10) / 10 }),
      ...this.#counts,
    };
  }

  /** Hands in each frame: by one of them it is measured how long a look takes. Resolves at once, unless it is patient. */
  async see(frame: Frame): Promise<void> {
    if (this.#state !== 'measuring') return;
    if (this.patient) await this.#ready;
    if (!this.#measures) return;
    const measuring = this.#measure(frame);
    if (this.patient) await measuring;
  }

  /** Looks for faces around `region` (pixels of the frame), once it is known whether it can. Undefined when it is off. Never rejects. */
  look(frame: Frame, region: Region): Promise<Look> | undefined {
    if (this.#state === 'off') return undefined;
    if (this.#state === 'measuring') return this.#holds ? this.#held.hold({ frame, region }) : undefined;
    return this.#looks.ask({ frame, region });
  }

  #begin(): void {
    const { finder, cores, availableBytes } = this.#options;
    const start = ++this.#start;
    this.#cancelRetry();
    this.#measures = false;
    this.#pace.startAnew();
    if (this.#mode === 'off') return this.#off();
    const bytes = availableBytes();
    if (this.#mode === 'auto' && cores < 2) return this.#off('there is one processor core only');
    if (this.#mode === 'auto' && !finder.isReady && bytes < minBytes) {
      return this.#offForNow(`expected ${minBytes / 1e6} MB of memory to spare, got ${Math.round(bytes / 1e6)}`);
    }
    this.#become('measuring');
    this.#holds = true;
    this.#cancelHold();
    this.#cancelHold = this.#options.timer.after(maxHoldMs, () => this.#letGo());
    this.#ready = this.#launch(start);
  }

  async #launch(start: number): Promise<void> {
    try {
      await this.#options.finder.start();
      if (start !== this.#start) return;
      this.#measures = this.#mode === 'auto';
      if (this.#mode === 'on') this.#works();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (start === this.#start) this.#failed(error.message);
    }
  }

  #off(detail?: string, retryMs?: number): void {
    this.#start++;
    this.#become('off', detail);
    if (detail !== undefined) this.#options.log.info('face-gate', { state: 'off', reason: detail, retryMs });
    void this.#options.finder.stop();
  }

  #offForNow(detail: string): void {
    this.#off(detail, this.#tryLater());
  }

  /** It cannot look at all. */
  #failed(reason: string): void {
    this.#become('open', reason);
    this.#options.log.error('face-gate-failed', { reason, retryMs: this.#tryLater() });
    void this.#options.finder.stop();
  }

  #tryLater(): number {
    const waitMs = this.#waits.next().value ?? retry.maxMs;
    this.#cancelRetry = this.#options.timer.after(waitMs, () => this.#begin());
    return waitMs;
  }

  async #measure(frame: Frame): Promise<void> {
    const { timer, log } = this.#options;
    const start = this.#start;
    const isCurrent = () => start === this.#start;
    this.#measures = false;
    const region = doorwayOf(frame);
    let last: Look = { kind: 'skipped' };
    const lookOnce = async () => {
      last = await this.#find({ frame, region });
      return last.kind === 'seen' && isCurrent();
    };
    const ms = await measureLooks(lookOnce, timer);
    if (!isCurrent()) return;
    if (ms === undefined) return this.#measureAgain(last);
    const pace = this.#pace.measured(ms);
    const size = `${frame.width} × ${frame.height}`;
    if (pace !== 'quick' && !this.patient) {
      if (pace === 'again') return this.#measureSoon();
      return this.#offForNow(`a look at a frame of ${size} takes ${Math.round(ms)} ms here, more than ${maxLookMs}`);
    }
    this.#become('on');
    log.info('face-gate', { state: 'on', lookMs: Math.round(ms), maxLookMs, frame: size });
  }

  #measureSoon(): void {
    const start = this.#start;
    this.#cancelRetry = this.#options.timer.after(nextTryMs, () => {
      if (start === this.#start) this.#measures = true;
    });
  }

  /** A frame that does not decode says nothing, and another will. */
  #measureAgain(last: Look): void {
    if (last.kind === 'open') this.#failed(last.reason);
    else this.#measures = true;
  }

  async #find({ frame, region }: Asked): Promise<Look> {
    const { finder, timer } = this.#options;
    if (!finder.isReady) return this.#broken('it is being started again');
    const startedAt = timer.now();
    try {
      const around = cutAround(region, frame) ?? { x: 0, y: 0, width: frame.width, height: frame.height };
      const found = await finder.find(frame.image, { within: around });
      this.#counts.looks++;
      this.#pace.looked(timer.now() - startedAt);
      if (this.#state === 'open') this.#works();
      this.#watchPace();
      return { kind: 'seen', faces: found.flatMap((face) => judgeFace(face, frame) ?? []) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error instanceof InvalidInput) return { kind: 'skipped' };
      return this.#broken(error.message);
    }
  }

  #broken(reason: string): Look {
    this.#counts.failed++;
    if (this.#state === 'on') {
      this.#become('open', reason);
      this.#options.log.warn('face-gate', { state: 'open', reason });
    }
    return { kind: 'open', reason };
  }

  #watchPace(): void {
    if (this.#mode !== 'auto' || this.#state !== 'on' || this.patient || !this.#pace.hasBecomeTooSlow) return;
    if (this.#options.timer.now() - this.#onSince > steadyMs) this.#waits = backoff(retry);
    this.#offForNow(`looks came to take ${Math.round(this.#pace.ms ?? 0)} ms, more than twice ${maxLookMs}`);
  }

  #works(): void {
    this.#become('on');
    this.#options.log.info('face-gate', { state: 'on' });
  }

  #become(state: FaceGateState, detail?: string): void {
    if (state === 'on' && this.#state !== 'on') this.#onSince = this.#options.timer.now();
    this.#state = state;
    this.#detail = detail;
    if (state === 'on') void this.#held.release((asked) => this.#find(asked));
    else if (state !== 'measuring') this.#letGo();
  }

  #letGo(): void {
    this.#holds = false;
    this.#cancelHold();
    void this.#held.release(() => ({ kind: 'open', reason: 'nobody could look in time' }));
  }
}
