import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface ClipFramesOptions {
  /** What ffmpeg reads: its options up to `-i`, and the file. */
  readonly input: readonly string[];
  /** Where the frames go; made already. */
  readonly dir: string;
  readonly fps: number;
  /** Seconds for which the first picture stands before the clip, and the last after it. @default 0 */
  readonly standS?: number;
  readonly maxFrames?: number;
}

/** Writes the frames of a clip as JPEGs of 720p, `f00001.jpg` and so on. Needs ffmpeg. @returns their paths, in order. */
export function clipFrames({ input, dir, fps, standS = 0, maxFrames }: ClipFramesOptions): string[] {
  const stand = `tpad=start_mode=clone:start_duration=${standS}:stop_mode=clone:stop_duration=${standS}`;
  const filter = [`fps=${fps}`, 'scale=1280:720:flags=bicubic', ...(standS > 0 ? [stand] : [])].join(',');
  const limit = maxFrames === undefined ? [] : ['-frames:v', String(maxFrames)];
  const jpeg = ['-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-huffman', 'default', '-q:v', '3'];
  ffmpeg([...input, '-an', '-vf', filter, ...jpeg, ...limit, join(dir, 'f%05d.jpg')]);
  const names = readdirSync(dir).filter((name) => /^f\d+\.jpg$/.test(name));
  return names.sort().map((name) => join(dir, name));
}

/** Runs ffmpeg to its end; what is wrong it says itself. */
export function ffmpeg(options: readonly string[]): void {
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
}
