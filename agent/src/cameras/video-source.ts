import { access } from 'node:fs/promises';
import { Misconfigured } from '@rollcall/kit/app-error';
import { type Clip, probeClip } from './ffprobe.ts';
import { runFfmpeg } from './ffmpeg.ts';
import type { ImageSource } from './image-camera.ts';
import { JpegSplitter } from './jpeg-splitter.ts';
import type { TimedImage } from './pace.ts';

/** More frames a second than this show nothing more of somebody who walks. */
const maxFps = 15;
/** Wider than this, a clip is made smaller: faces stay large enough, pictures small enough. */
const maxWidth = 1920;

/** A clip, by one ffmpeg for its whole length, at a constant frame rate so that a frame's place tells its time. */
export class VideoSource implements ImageSource {
  readonly #file: string;
  readonly #loop: boolean;
  #clip: Promise<Clip> | undefined;

  constructor(file: string, options: { readonly loop: boolean }) {
    this.#file = file;
    this.#loop = options.loop;
  }

  async *images(signal: AbortSignal, onBad: (count: number) => void): AsyncGenerator<TimedImage, void> {
    const fps = Math.min(maxFps, (await this.#probe()).fps);
    const splitter = new JpegSplitter();
    let count = 0;
    let badFrames = 0;
    for await (const chunk of runFfmpeg(this.#arguments(fps), signal)) {
      for (const image of splitter.push(chunk)) yield { image, offsetMs: Math.round((count++ * 1000) / fps) };
      if (splitter.badFrames > badFrames) onBad(splitter.badFrames - badFrames);
      badFrames = splitter.badFrames;
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
    const size = ['-vf', `fps=${fps},scale='min(${maxWidth},iw)':-2`, '-pix_fmt', 'yuvj420p'];
    // Threads hold frames back. The default tables are the same in every frame, so that their reader is made once.
    const jpeg = ['-c:v', 'mjpeg', '-threads', '1', '-huffman', 'default', '-q:v', '3', '-f', 'mjpeg', 'pipe:1'];
    return [...input, ...size, ...jpeg];
  }
}
