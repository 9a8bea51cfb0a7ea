import { AppError } from '@rollcall/kit/app-error';
import { cameraTrouble } from './camera-trouble.ts';
import type { RpicamOptions } from './camera-uri.ts';
import type { LiveSource } from './live.ts';
import { runProgram } from './run-program.ts';
import { splitJpegs } from './split-jpegs.ts';

/** The program's name, and the one that it had before Raspberry Pi OS of 2023 (Debian bookworm). */
const names = ['rpicam-vid', 'libcamera-vid'] as const;

/** A Raspberry Pi's own camera, by one rpicam-vid that encodes JPEGs until it is ended. */
export class RpicamSource implements LiveSource {
  readonly framerate: number;
  readonly #options: RpicamOptions;

  constructor(options: RpicamOptions) {
    this.#options = options;
    this.framerate = options.framerate;
  }

  async *images(signal: AbortSignal, onBad: (count: number) => void): AsyncGenerator<Uint8Array, void> {
    const args = rpicamArguments(this.#options);
    const explain = cameraTrouble('the Pi’s camera');
    const [newer, older] = names;
    try {
      yield* splitJpegs(runProgram({ name: newer, args, explain }, signal), onBad);
    } catch (error) {
      if (!isMissing(error)) throw error;
      try {
        yield* splitJpegs(runProgram({ name: older, args, explain }, signal), onBad);
      } catch (cause) {
        // Of two that are missing, the newer is the one to install.
        throw isMissing(cause) ? error : cause;
      }
    }
  }
}

/**
 * Source: rpicam-apps, "rpicam-vid options reference", Raspberry Pi documentation. Flushed, since otherwise the end of each frame waits in a
 * buffer for the next.
 */
export function rpicamArguments({ width, height, framerate, quality, camera, rotation }: RpicamOptions): string[] {
  const whole = ['--timeout', '0', '--nopreview', '--flush', '--output', '-'];
  const picture = ['--width', `${width}`, '--height', `${height}`, '--framerate', `${framerate}`];
  const turned = rotation === 0 ? [] : ['--rotation', `${rotation}`];
  return [...whole, '--codec', 'mjpeg', '--quality', `${quality}`, ...picture, '--camera', `${camera}`, ...turned];
}

function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.code === 'program-missing';
}
