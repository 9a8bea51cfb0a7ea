import { access } from 'node:fs/promises';
import { Unavailable } from '@rollcall/kit/app-error';
import { cameraTrouble } from './camera-trouble.ts';
import type { V4l2Options } from './camera-uri.ts';
import { asJpegs, runFfmpeg, toOutput } from './ffmpeg.ts';
import type { LiveSource } from './live.ts';
import { splitJpegs } from './split-jpegs.ts';

/** A USB camera, by one ffmpeg that passes its JPEGs on as they are. */
export class V4l2Source implements LiveSource {
  readonly framerate: number;
  readonly #options: V4l2Options;

  constructor(options: V4l2Options) {
    this.#options = options;
    this.framerate = options.framerate;
  }

  async *images(signal: AbortSignal, onBad: (count: number) => void): AsyncGenerator<Uint8Array, void> {
    const { device } = this.#options;
    await access(device).catch((cause: unknown) => {
      throw new Unavailable(`${device} is not there: is the camera plugged in?`, { cause });
    });
    const explain = cameraTrouble(device);
    yield* splitJpegs(runFfmpeg(v4l2Arguments(this.#options), signal, { explain }), onBad);
  }
}

/** Source: "video4linux2, v4l2", FFmpeg Devices Documentation. */
export function v4l2Arguments({ device, width, height, framerate, format }: V4l2Options): string[] {
  const size = ['-framerate', `${framerate}`, '-video_size', `${width}x${height}`];
  const input = ['-f', 'v4l2', '-input_format', format === 'mjpeg' ? 'mjpeg' : 'yuyv422', ...size, '-i', device];
  const encoding = format === 'mjpeg' ? ['-c:v', 'copy'] : ['-fps_mode', 'passthrough', ...asJpegs];
  return [...input, '-an', ...encoding, ...toOutput];
}
