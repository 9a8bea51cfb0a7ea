import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import nodeWebcam from 'node-webcam';
import { cameraTrouble } from './camera-trouble.ts';
import type { WebcamOptions } from './camera-uri.ts';
import type { LiveSource } from './live.ts';
import { waitUntil } from './pace.ts';

/** fswebcam opens the camera anew for each picture, so there are no more. */
const perSecond = 2;
/** The first frames of an opened camera are too dark or too bright. */
const skippedFrames = 4;
const timeoutSeconds = 8;
const killAfterSeconds = 2;

/** A camera by node-webcam, which runs one fswebcam per picture: for those that ffmpeg does not read, and slow. */
export class WebcamSource implements LiveSource {
  readonly framerate = perSecond;
  readonly #options: WebcamOptions;
  readonly #parts: { readonly timer: Timer; readonly log: Log };

  constructor(options: WebcamOptions, parts: { readonly timer: Timer; readonly log: Log }) {
    this.#options = options;
    this.#parts = parts;
  }

  async *images(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const { timer, log } = this.#parts;
    const dir = await mkdtemp(join(tmpdir(), 'rollcall-webcam-'));
    try {
      const file = join(dir, 'shot.jpg');
      // It becomes part of a shell command.
      if (!/^[\w./-]+$/.test(file))
        throw new Misconfigured(`expected a temporary folder without special characters, got ${dir}`);
      for (let count = 0; !signal.aborted; count++) {
        const next = timer.now() + 1000 / perSecond;
        const image = await this.#shoot(file, signal);
        if (!image) return;
        if (count === 0) {
          const advice = 'it gives about a picture a second, and people are missed; use v4l2: if the camera allows';
          log.warn('webcam-slow', { device: this.#options.device, advice });
        }
        yield image;
        await waitUntil(next, timer, signal);
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** @returns undefined when it is aborted; what is under way then ends by its own timeout. */
  async #shoot(file: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { device, width, height, quality } = this.#options;
    await rm(file, { force: true });
    const webcam = nodeWebcam.create({
      platform: 'fswebcam',
      output: 'jpeg',
      callbackReturn: 'location',
      device,
      width,
      height,
      quality,
      saveShots: false,
    });
    // Its types call `skip` a switch; it is a number.
    Object.assign(webcam.opts, { skip: skippedFrames });
    // It gives no way to end what it started; coreutils’ timeout ends it also when this process is gone.
    Object.assign(webcam, { bin: `timeout --kill-after=${killAfterSeconds} ${timeoutSeconds} fswebcam` });
    const error = await new Promise<unknown>((resolve) => {
      const abort = () => resolve(undefined);
      signal.addEventListener('abort', abort, { once: true });
      webcam.capture(file, (failure) => {
        signal.removeEventListener('abort', abort);
        resolve(failure);
      });
    });
    if (signal.aborted) return undefined;
    if (error) throw troubleOf(error, device);
    return readFile(file).catch((cause: unknown) => {
      throw new Unavailable(`fswebcam got no picture from ${device}: is it in use by another program?`, { cause });
    });
  }
}

/** fswebcam exits 0 when it fails; node-webcam reads what it says. */
function troubleOf(error: unknown, device: string): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const words = error instanceof Error ? error.message : String(error);
  if (code === 127) {
    return new Misconfigured('fswebcam was not found; install it: sudo apt-get install fswebcam', {
      code: 'program-missing',
    });
  }
  if (code === 124 || code === 137)
    return new Unavailable(`fswebcam hung at ${device} and was ended after ${timeoutSeconds} s`);
  return cameraTrouble(device)(words, typeof code === 'number' ? code : null);
}
