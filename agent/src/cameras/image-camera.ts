import { AppError, InvalidInput } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera, CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import { CameraMeter } from './camera-meter.ts';
import { readFrame } from './read-frame.ts';

export interface CameraParts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
}

/** A picture that is not looked at yet, and the instant at which it was taken, ms since the epoch. */
export interface TakenImage {
  readonly image: Uint8Array;
  readonly at: number;
}

/**
 * Pictures in order, until there are no more or `stop` is aborted, which may also be done by the reader; calls `onBad` for what is none.
 * Those of a program or a file are left to the source; what a slow reader of a live one missed is skipped.
 */
export type TakenImages = (stop: AbortController, onBad: (count: number) => void) => AsyncIterable<TakenImage>;

/** At most one warning about bad frames in this time. */
const warnEveryMs = 60_000;

/** A camera that gives JPEGs: reads each so far that the motion filter can look at it, and counts them. */
export class ImageCamera implements Camera {
  readonly #images: TakenImages;
  readonly #parts: CameraParts;
  readonly #meter: CameraMeter;
  readonly #stop = new AbortController();
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(images: TakenImages, parts: CameraParts) {
    this.#images = images;
    this.#parts = parts;
    this.#meter = new CameraMeter(parts.timer);
  }

  async *frames(): AsyncGenerator<Frame, void> {
    const { signal } = this.#stop;
    const meter = this.#meter;
    try {
      meter.asked();
      for await (const { image, at } of this.#images(this.#stop, (count) => this.#bad('not a whole JPEG', count))) {
        if (signal.aborted) return;
        const frame = await this.#read(image, at);
        if (!frame) continue;
        meter.frame(frame);
        yield frame;
        meter.asked();
      }
    } catch (error) {
      meter.failed(error instanceof AppError ? error.message : 'failed unexpectedly');
      throw error;
    } finally {
      this.#stop.abort();
      meter.ended();
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
  }

  status(): CameraStatus {
    return this.#meter.status();
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
    this.#meter.badFrames(count, reason);
    const now = this.#parts.timer.now();
    if (now - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = now;
    this.#parts.log.warn('bad-frame', { reason, badFrames: this.#meter.status().badFrames });
  }
}
