import type { FaceGateHealth, Heartbeat } from '@rollcall/contract/heartbeat';
import { AppError } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import type { JpegEncoder } from '../ports/jpeg-encoder.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Publisher } from '../ports/publisher.ts';

export interface HeartbeatsOptions {
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly encoder: JpegEncoder;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
  /** ms from one to the next, to begin with. */
  readonly everyMs: number;
  readonly agentVersion: string;
  readonly clockSynced: () => boolean;
  readonly camera: () => CameraStatus;
  readonly lastFrame: () => Frame | undefined;
  readonly counts: () => { passages: number; captures: number };
  readonly faceGate?: () => FaceGateHealth;
  readonly certificate?: () => Heartbeat['certificate'];
  readonly residentBytes: () => number;
}

const lookEveryMs = 500;
const stillEveryMs = 60_000;
const stillPixels = 320;
const maxStillBytes = 24 * 1024;

/** Says how the device is: when it comes online, when its camera's state or picture changes, and every so often. Never stored: old news of health is none. */
export class Heartbeats {
  /** May be set at any time. */
  everyMs: number;
  readonly #options: HeartbeatsOptions;
  readonly #startedAt: string;
  #cancel = () => {};
  #stopped = false;
  #sending = false;
  /** State and picture of the last one that was sent. */
  #lastCamera = '';
  #lastAt = Number.NEGATIVE_INFINITY;
  #stillAt = Number.NEGATIVE_INFINITY;
  #stillOf: Frame | undefined;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.everyMs = options.everyMs;
    this.#startedAt = instantOf(options.clock.now());
  }

  start(): void {
    this.#options.publisher.onOnline((online) => {
      if (!online) return;
      this.#lastAt = Number.NEGATIVE_INFINITY;
      this.#look();
    });
    this.#look();
  }

  /** May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #look(): void {
    const { publisher, timer, camera } = this.#options;
    this.#cancel();
    if (this.#stopped) return;
    this.#cancel = timer.after(lookEveryMs, () => this.#look());
    const due = stateOf(camera()) !== this.#lastCamera || timer.now() - this.#lastAt >= this.everyMs;
    if (due && publisher.online && !this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    const { publisher, timer, log } = this.#options;
    this.#sending = true;
    this.#lastAt = timer.now();
    try {
      const heartbeat = await this.#heartbeat();
      this.#lastCamera = stateOf(heartbeat.camera);
      await publisher.publish('health', Buffer.from(JSON.stringify(heartbeat)));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn('heartbeat-failed', { reason: error.message });
    } finally {
      this.#sending = false;
    }
  }

  async #heartbeat(): Promise<Heartbeat> {
    const { outbox, clock, camera, counts, clockSynced, agentVersion, faceGate, residentBytes } = this.#options;
    const certificate = this.#options.certificate?.();
    const { lastFrameAt, waitedMs: _, ...status } = camera();
    const { oldestAt, ...waiting } = outbox.state();
    const still = await this.#still();
    return {
      v: 1,
      at: instantOf(clock.now()),
      startedAt: this.#startedAt,
      agentVersion,
      clockSynced: clockSynced(),
      camera: { ...status, ...(lastFrameAt !== undefined && { lastFrameAt: instantOf(lastFrameAt) }) },
      outbox: { ...waiting, ...(oldestAt !== undefined && { oldestAt: instantOf(oldestAt) }) },
      ...counts(),
      ...(faceGate && { faceGate: faceGate() }),
      ...(certificate && { certificate }),
      residentBytes: residentBytes(),
      ...(still && { still }),
    };
  }

  /** The last frame, small, once a minute; nothing when it is the same frame still. */
  async #still(): Promise<string | undefined> {
    const { timer, encoder, lastFrame, log } = this.#options;
    const frame = lastFrame();
    if (!frame || frame === this.#stillOf || timer.now() - this.#stillAt < stillEveryMs) return undefined;
    const width = Math.min(stillPixels, frame.width);
    const height = Math.max(1, Math.round((frame.height * width) / frame.width));
    try {
      for (const quality of [70, 50, 30]) {
        const still = await encoder.encode(frame.image, { width, height, quality });
        if (still.length > maxStillBytes) continue;
        this.#stillAt = timer.now();
        this.#stillOf = frame;
        return Buffer.from(still.buffer, still.byteOffset, still.length).toString('base64');
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn('still-failed', { reason: error.message });
    }
    return undefined;
  }
}

function stateOf({ state, picture }: Pick<Heartbeat['camera'], 'state' | 'picture'>): string {
  return `${state} ${picture ?? ''}`;
}
