import { AppError, InvalidInput } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera, CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import { CameraMeter } from './camera-meter.ts';
import type { Speed } from './camera-uri.ts';
import { atOwnPace, type TimedImage } from './pace.ts';
import { readFrame } from './read-frame.ts';

export interface CameraParts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
}

/** Pictures that exist already: a clip or a folder. */
export interface ImageSource {
  /** Gives the pictures in order, until there are no more or the signal aborts. Calls `onBad` for what is none. */
  images(signal: AbortSignal, onBad: (count: number) => void): AsyncIterable<TimedImage>;
  /** ms from the first picture to the last; asked for at `speed: max` only. */
  spanMs(): Promise<number>;
}

/** At most one warning about bad frames in this time. */
const warnEveryMs = 60_000;

/** A camera of pictures that exist: they get the instants at which they would be taken, were they filmed now. */
export class ImageCamera implements Camera {
  readonly #source: ImageSource;
  readonly #speed: Speed;
  readonly #parts: CameraParts;
  readonly #meter: CameraMeter;
  readonly #stop = new AbortController();
  #warnedAt = Number.NEGATIVE_INFINITY;
  #start = 0;

  constructor(source: ImageSource, speed: Speed, parts: CameraParts) {
    this.#source = source;
    this.#speed = speed;
    this.#parts = parts;
    this.#meter = new CameraMeter(parts.timer);
  }

  async *frames(): AsyncGenerator<Frame, void> {
    const { signal } = this.#stop;
    try {
      for await (const { image, offsetMs } of await this.#images()) {
        if (signal.aborted) return;
        const frame = await this.#read(image, this.#start + offsetMs);
        if (!frame) continue;
        this.#meter.frame(frame);
        yield frame;
      }
    } catch (error) {
      this.#meter.failed(error instanceof AppError ? error.message : 'failed unexpectedly');
      throw error;
    } finally {
      this.#stop.abort();
      this.#meter.ended();
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
  }

  status(): CameraStatus {
    return this.#meter.status();
  }

  async #images(): Promise<AsyncIterable<TimedImage>> {
    const { clock, timer } = this.#parts;
    // Not before now less the length: then the last frame is taken about now, and none in the future.
    if (this.#speed === 'max') this.#start = clock.now() - (await this.#source.spanMs());
    const images = this.#source.images(this.#stop.signal, (count) => this.#bad('not a whole JPEG', count));
    if (this.#speed === 'max') return images;
    return atOwnPace(images, { timer, stop: this.#stop, onFirst: () => void (this.#start = clock.now()) });
  }

  async #read(image: Uint8Array, at: number): Promise<Frame | undefined> {
    try {
      return await readFrame(image, at);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      this.#bad(error.message, 1);
      return undefined;
    }
  }

  #bad(reason: string, count: number): void {
    this.#meter.badFrames(count);
    const now = this.#parts.timer.now();
    if (now - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = now;
    this.#parts.log.warn('bad-frame', { reason, badFrames: this.#meter.status().badFrames });
  }
}
