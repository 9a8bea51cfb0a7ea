import type { CameraState } from '@rollcall/contract/heartbeat';
import type { Timer } from '@rollcall/kit/timer';
import type { CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';

/** No frame for this long is more than a hiccup. */
const silentMs = 5_000;
/** The frame rate is that of the last frames, of so many seconds at most. */
const rateWindowMs = 5_000;

/** Counts what a camera gives, for its status. */
export class CameraMeter {
  readonly #timer: Timer;
  #state: CameraState = 'starting';
  #detail: string | undefined;
  #badFrames = 0;
  #lastFrame: { width: number; height: number; at: number; seen: number } | undefined;
  #seen: number[] = [];

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  frame({ width, height, at }: Frame): void {
    const seen = this.#timer.now();
    this.#state = 'ok';
    this.#lastFrame = { width, height, at, seen };
    this.#seen.push(seen);
    while ((this.#seen[0] ?? seen) < seen - rateWindowMs) this.#seen.shift();
  }

  badFrames(count = 1): void {
    this.#badFrames += count;
  }

  ended(): void {
    if (this.#state !== 'failed') this.#state = 'ended';
  }

  failed(detail: string): void {
    this.#state = 'failed';
    this.#detail = detail.slice(0, 300);
  }

  status(): CameraStatus {
    const now = this.#timer.now();
    const last = this.#lastFrame;
    const silent = this.#state === 'ok' && last !== undefined && now - last.seen > silentMs;
    const recent = this.#seen.filter((seen) => seen >= now - rateWindowMs);
    const spanMs = now - (recent[0] ?? now);
    return {
      state: silent ? 'silent' : this.#state,
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
      framesPerSecond: spanMs > 0 ? Math.round((10_000 * (recent.length - 1)) / spanMs) / 10 : 0,
      width: last?.width ?? 0,
      height: last?.height ?? 0,
      ...(last ? { lastFrameAt: last.at } : {}),
      badFrames: this.#badFrames,
    };
  }
}
