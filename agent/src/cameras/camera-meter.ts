import type { CameraState } from '@rollcall/contract/heartbeat';
import type { Timer } from '@rollcall/kit/timer';
import type { CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';

/** No frame for this long is more than a hiccup. */
const silentMs = 5_000;
/** The frame rate is that of the last frames, of so many seconds at most. */
const rateWindowMs = 5_000;
const maxDetail = 300;

/** Counts what a camera gives, for its status. */
export class CameraMeter {
  readonly #timer: Timer;
  #state: CameraState = 'starting';
  #detail: string | undefined;
  /** Since when a frame is waited for, and none came. */
  #waitingSince: number | undefined;
  #badFrames = 0;
  /** Why the last picture was none, unless a good one came after it. */
  #badReason: string | undefined;
  #lastFrame: { width: number; height: number; at: number } | undefined;
  #seen: number[] = [];

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  /** The reader asks for the next frame. */
  asked(): void {
    this.#waitingSince ??= this.#timer.now();
  }

  frame({ width, height, at }: Frame): void {
    const seen = this.#timer.now();
    this.#state = 'ok';
    this.#waitingSince = undefined;
    this.#badReason = undefined;
    this.#lastFrame = { width, height, at };
    this.#seen.push(seen);
    while ((this.#seen[0] ?? seen) < seen - rateWindowMs) this.#seen.shift();
  }

  badFrames(count: number, reason: string): void {
    this.#badFrames += count;
    this.#badReason = reason;
  }

  ended(): void {
    this.#waitingSince = undefined;
    if (this.#state !== 'failed') this.#state = 'ended';
  }

  failed(detail: string): void {
    this.#state = 'failed';
    this.#detail = detail;
  }

  status(): CameraStatus {
    const now = this.#timer.now();
    const last = this.#lastFrame;
    const waitedMs = this.#waitingSince === undefined ? 0 : now - this.#waitingSince;
    const silent = this.#state === 'ok' && waitedMs > silentMs;
    const detail = this.#detail ?? (waitedMs > silentMs ? this.#badReason : undefined);
    const recent = this.#seen.filter((seen) => seen >= now - rateWindowMs);
    const spanMs = now - (recent[0] ?? now);
    return {
      state: silent ? 'silent' : this.#state,
      ...(detail === undefined ? {} : { detail: detail.slice(0, maxDetail) }),
      framesPerSecond: spanMs > 0 ? Math.round((10_000 * (recent.length - 1)) / spanMs) / 10 : 0,
      width: last?.width ?? 0,
      height: last?.height ?? 0,
      ...(last ? { lastFrameAt: last.at } : {}),
      badFrames: this.#badFrames,
      waitedMs,
    };
  }
}
