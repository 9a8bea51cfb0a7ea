import { AppError } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera, CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import type { DoorEvent } from './door-event.ts';

export interface KeepWatchingOptions {
  /** A camera that was not started. */
  readonly open: () => Camera;
  readonly watch: (camera: Pick<Camera, 'frames'>, signal: AbortSignal) => AsyncIterable<DoorEvent>;
  /** The next frames are looked at when it is done. */
  readonly take: (event: DoorEvent) => Promise<void>;
  readonly timer: Timer;
  readonly log: Log;
  /** ms without a frame after which the camera is opened anew. @default 30 000 */
  readonly reopenMs?: number;
}

const retry = { firstMs: 1_000, maxMs: 60_000 };
/** A camera that worked for so long is tried again soon. */
const steadyMs = 60_000;

/** Keeps a door watched: a camera that fails or goes silent is opened anew, ever later; one that is over stays so. */
export class KeepWatching {
  readonly #options: Required<KeepWatchingOptions>;
  readonly #stop = new AbortController();
  #camera: Camera | undefined;
  #badBefore = 0;
  #lastFrame: Frame | undefined;

  constructor(options: KeepWatchingOptions) {
    this.#options = { reopenMs: 30_000, ...options };
  }

  get lastFrame(): Frame | undefined {
    return this.#lastFrame;
  }

  status(): CameraStatus {
    const status = this.#camera?.status();
    if (!status) return { state: 'starting', framesPerSecond: 0, width: 0, height: 0, badFrames: 0 };
    return { ...status, badFrames: this.#badBefore + status.badFrames };
  }

  /** Resolves when the camera is over, or after `stop` when the end of an open passage was taken. */
  async run(): Promise<void> {
    const { timer, log } = this.#options;
    const { signal } = this.#stop;
    let waits = backoff(retry);
    while (!signal.aborted) {
      const startedAt = timer.now();
      const ended = await this.#watchOnce();
      if (signal.aborted) return;
      if (ended === 'over') return log.info('camera-over');
      if (timer.now() - startedAt > steadyMs) waits = backoff(retry);
      await this.#wait(waits.next().value ?? retry.maxMs);
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#camera?.stop();
  }

  async #watchOnce(): Promise<'over' | 'failed'> {
    const { open, watch, take, log } = this.#options;
    const camera = open();
    this.#badBefore += this.#camera?.status().badFrames ?? 0;
    this.#camera = camera;
    const dog = this.#watchdog(camera);
    try {
      const frames = () => this.#seen(camera.frames());
      for await (const event of watch({ frames }, this.#stop.signal)) await take(event);
      return dog.reopens ? 'failed' : 'over';
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.error('camera-failed', { reason: error.message });
      return 'failed';
    } finally {
      dog.cancel();
      await camera.stop();
    }
  }

  async *#seen(frames: AsyncIterable<Frame>): AsyncGenerator<Frame, void> {
    for await (const frame of frames) {
      this.#lastFrame = frame;
      yield frame;
    }
  }

  /** Ends a camera that hangs. */
  #watchdog(camera: Camera) {
    const { timer, log, reopenMs } = this.#options;
    const dog = { reopens: false, cancel: () => {} };
    let silentSince: number | undefined;
    const look = () => {
      if (camera.status().state !== 'silent') silentSince = undefined;
      else silentSince ??= timer.now();
      if (silentSince !== undefined && timer.now() - silentSince >= reopenMs) {
        log.error('camera-silent', { reason: 'no frame came for too long; the camera is opened anew' });
        dog.reopens = true;
        void camera.stop();
      } else dog.cancel = timer.after(1_000, look);
    };
    dog.cancel = timer.after(1_000, look);
    return dog;
  }

  async #wait(ms: number): Promise<void> {
    const { signal } = this.#stop;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.timer.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
