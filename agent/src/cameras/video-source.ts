import { access } from 'node:fs/promises';
import { Misconfigured } from '@rollcall/kit/app-error';
import { type Clip, probeClip } from './ffprobe.ts';
import { asJpegs, notTooWide, runFfmpeg, toOutput } from './ffmpeg.ts';
import type { TimedImage } from './pace.ts';
import type { RecordedSource } from './recorded.ts';
import { splitJpegs } from './split-jpegs.ts';

/** More frames a second than this show nothing more of somebody who walks. */
const maxFps = 15;

/** A clip, by one ffmpeg for its whole length, at a constant frame rate so that a frame's place tells its time. */
export class VideoSource implements RecordedSource {
  readonly #file: string;
  readonly #loop: boolean;
  #clip: Promise<Clip> | undefined;

  constructor(file: string, options: { readonly loop: boolean }) {
    this.#file = file;
    this.#loop = options.loop;
  }

  async *images(signal: AbortSignal, onBad: (count: number) => void): AsyncGenerator<TimedImage, void> {
    const fps = Math.min(maxFps, (await this.#probe()).fps);
    let count = 0;
    for await (const image of splitJpegs(runFfmpeg(this.#arguments(fps), signal), onBad)) {
      yield { image, offsetMs: Math.round((count++ * 1000) / fps) };
    }
  }

  async spanMs(): Promise<number> {
    return Math.round((await this.#probe()).durationMs);
  }

  async #probe(): Promise<Clip> {
    this.#clip ??= access(this.#file)
      .catch((cause: unknown) => {
        throw new Misconfigured(`camera video:${this.#file}: expected a file that can be read`, { cause });
      })
      .then(() => probeClip(this.#file));
    return this.#clip;
  }

  #arguments(fps: number): string[] {
    const input = [...(this.#loop ? ['-stream_loop', '-1'] : []), '-i', `file:${this.#file}`, '-an', '-sn', '-dn'];
    return [...input, '-vf', `fps=${fps},${notTooWide}`, ...asJpegs, ...toOutput];
  }
}
