import type { CameraState } from '@rollcall/contract/heartbeat';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera, CameraStatus } from '../src/ports/camera.ts';
import type { Frame } from '../src/ports/frame.ts';

/** A frame of nothing in particular. */
export function frameAt(at: number, image: Uint8Array = new Uint8Array(10)): Frame {
  return { at, image, width: 640, height: 360, luma: { width: 1, height: 1, data: new Uint8Array(1) } };
}

/** A camera that gives these frames, and then ends, fails, or gives nothing more until it is stopped, which the timer measures. */
export class ScriptedCamera implements Camera {
  state: CameraState = 'starting';
  readonly #given: readonly Frame[];
  readonly #then: 'ends' | 'hangs' | Error;
  readonly #timer: Timer | undefined;
  #hangsSince: number | undefined;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(frames: readonly Frame[], then: 'ends' | 'hangs' | Error, timer?: Timer) {
    this.#given = frames;
    this.#timer = timer;
    this.#then = then;
  }

  async *frames(): AsyncGenerator<Frame, void> {
    this.state = 'ok';
    for (const frame of this.#given) yield frame;
    if (this.#then === 'hangs') {
      this.state = 'silent';
      this.#hangsSince = this.#timer?.now();
      await this.#stopped.promise;
    }
    this.state = this.#then instanceof Error ? 'failed' : 'ended';
    if (this.#then instanceof Error) throw this.#then;
  }

  async stop(): Promise<void> {
    this.#stopped.resolve();
  }

  status(): CameraStatus {
    const waitedMs = this.#hangsSince === undefined ? 0 : (this.#timer?.now() ?? 0) - this.#hangsSince;
    return { state: this.state, framesPerSecond: 10, width: 640, height: 360, badFrames: 2, waitedMs };
  }
}
