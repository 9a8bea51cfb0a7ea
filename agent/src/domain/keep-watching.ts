import type { PictureState } from '@rollcall/contract/heartbeat';
import { AppError, Denied } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera, CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import type { DoorEvent } from './door-event.ts';
import { PictureHealth, pictureWords } from './picture-health.ts';

export interface KeepWatchingOptions {
  /** A camera that was not started. */
  readonly open: () => Camera;
  readonly watch: (camera: Pick<Camera, 'frames'>, signal: AbortSignal) => AsyncIterable<DoorEvent>;
  /** The next frames are looked at when it is done. */
  readonly take: (event: DoorEvent) => Promise<void>;
  readonly timer: Timer;
  readonly log: Log;
  /** ms without a frame after which the camera is opened anew. @default 20 000 */
  readonly silentMs?: number;
}

const retry = { firstMs: 1_000, maxMs: 30_000 };
/** Cameras lock an account after a few wrong passwords, and everybody else out with it. */
const retryDenied = { firstMs: 300_000, maxMs: 1_800_000 };
/** A camera that is over is asked for no more. */
const overLookMs = 3_600_000;
/** A camera that worked for so long is tried again soon. */
const steadyMs = 60_000;

/** What is said of a camera while it is opened anew, until it gives a frame. */
interface Trouble {
  readonly state: 'failed' | 'silent';
  readonly detail: string;
  readonly denied: boolean;
}

/** Keeps a door watched: a camera that fails or goes silent is opened anew, ever later; one that is over stays so. */
export class KeepWatching {
  readonly #options: Required<KeepWatchingOptions>;
  readonly #stop = new AbortController();
  readonly #health = new PictureHealth();
  #picture: PictureState | undefined;
  #camera: Camera | undefined;
  #trouble: Trouble | undefined;
  #badBefore = 0;
  #lastFrame: Frame | undefined;
  #reopens = false;
  #endWait = () => {};

  constructor(options: KeepWatchingOptions) {
    this.#options = { silentMs: 20_000, ...options };
  }

  get lastFrame(): Frame | undefined {
    return this.#lastFrame;
  }

  status(): CameraStatus {
    const status = this.#camera?.status() ?? unopened;
    const badFrames = this.#badBefore + status.badFrames;
    if (this.#trouble) return { ...status, badFrames, state: this.#trouble.state, detail: this.#trouble.detail };
    const picture = status.state === 'ok' ? this.#health.state : undefined;
    if (picture === undefined) return { ...status, badFrames };
    return { ...status, badFrames, picture, ...(picture !== 'ok' && { detail: pictureWords[picture] }) };
  }

  /** Resolves when the camera is over, or after `stop` when the end of an open passage was taken. */
  async run(): Promise<void> {
    const { timer, log } = this.#options;
    const { signal } = this.#stop;
    let waits = backoff(retry);
    let deniedWaits = backoff(retryDenied);
    while (!signal.aborted) {
      const startedAt = timer.now();
      const trouble = await this.#watchOnce();
      if (signal.aborted) return;
      if (this.#reopens) {
        this.#trouble = undefined;
        waits = backoff(retry);
        deniedWaits = backoff(retryDenied);
        continue;
      }
      if (!trouble) return log.info('camera-over');
      if (timer.now() - startedAt > steadyMs) {
        waits = backoff(retry);
        deniedWaits = backoff(retryDenied);
      }
      const waitMs = (trouble.denied ? deniedWaits : waits).next().value ?? retry.maxMs;
      this.#tell(trouble, waitMs);
      await this.#wait(waitMs);
    }
  }

  /** As `run`, but for a camera that is over another one may still come. Resolves after `stop` alone. */
  async runOn(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.run();
      while (!signal.aborted && !this.#reopens) await this.#wait(overLookMs);
    }
  }

  /** Opens the camera at once, which is another one by now. Ends an open passage. */
  reopen(): void {
    this.#reopens = true;
    this.#endWait();
    void this.#camera?.stop();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#camera?.stop();
  }

  /** @returns why it ended before its time, if it did. */
  async #watchOnce(): Promise<Trouble | undefined> {
    const { open, watch, take } = this.#options;
    this.#reopens = false;
    const camera = open();
    this.#badBefore += this.#camera?.status().badFrames ?? 0;
    this.#camera = camera;
    const dog = this.#watchdog(camera);
    try {
      const frames = () => this.#seen(camera.frames());
      for await (const event of watch({ frames }, this.#stop.signal)) await take(event);
      return dog.trouble;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return (
        dog.trouble ?? { state: 'failed', detail: error.message.slice(0, maxDetail), denied: error instanceof Denied }
      );
    } finally {
      dog.cancel();
      await camera.stop();
    }
  }

  async *#seen(frames: AsyncIterable<Frame>): AsyncGenerator<Frame, void> {
    const { log } = this.#options;
    for await (const frame of frames) {
      if (this.#trouble) log.info('camera-back');
      this.#trouble = undefined;
      this.#lastFrame = frame;
      this.#health.look(frame.luma, frame.at);
      const { state } = this.#health;
      if (state !== this.#picture && state !== undefined) {
        if (state !== 'ok') log.warn('picture', { state, detail: pictureWords[state] });
        else if (this.#picture) log.info('picture', { state });
        this.#picture = state;
      }
      yield frame;
    }
  }

  /** Ends a camera that hangs. */
  #watchdog(camera: Camera) {
    const { timer, silentMs } = this.#options;
    const dog: { trouble: Trouble | undefined; cancel: () => void } = { trouble: undefined, cancel: () => {} };
    const look = () => {
      const { waitedMs, detail } = camera.status();
      if (waitedMs >= silentMs) {
        const words = `no frame came for ${Math.round(silentMs / 1000)} s: the camera is opened anew`;
        const all = detail === undefined ? words : `${words} (${detail})`;
        dog.trouble = { state: 'silent', detail: all.slice(0, maxDetail), denied: false };
        void camera.stop();
      } else dog.cancel = timer.after(1_000, look);
    };
    dog.cancel = timer.after(1_000, look);
    return dog;
  }

  /** Once at full voice: a camera may be away for weeks. */
  #tell(trouble: Trouble, retryInMs: number): void {
    const { log } = this.#options;
    const known = this.#trouble?.detail === trouble.detail;
    this.#trouble = trouble;
    log[known ? 'debug' : 'error'](`camera-${trouble.state}`, { reason: trouble.detail, retryInMs });
  }

  async #wait(ms: number): Promise<void> {
    const { signal } = this.#stop;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#endWait = done;
      const cancel = this.#options.timer.after(ms, done);
      signal.addEventListener('abort', done);
    });
  }
}

const maxDetail = 300;
const unopened: CameraStatus = {
  state: 'starting',
  framesPerSecond: 0,
  width: 0,
  height: 0,
  badFrames: 0,
  waitedMs: 0,
};
