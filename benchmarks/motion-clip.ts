import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from './fixtures.ts';

/** Frames of 720p for measuring, as files (for programs that want them so) and in memory. */
export interface MotionClip {
  readonly dir: string;
  /** The same as a Motion-JPEG video. */
  readonly video: string;
  readonly frames: readonly Buffer[];
  readonly source: string;
}

export const clipFrames = 150;
export const clipFps = 15;

/** Ten seconds in which somebody walks in: from the fixtures, or drawn, which is easier to decode. Needs ffmpeg. */
export function motionClip(): MotionClip {
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const real = fixture('videos/one-by-one-person-detection.mp4');
  const input = real ? ['-ss', '3', '-i', real] : ['-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${clipFps}`];
  const scale = `fps=${clipFps},scale=1280:720:flags=bicubic`;
  const jpeg = ['-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-huffman', 'default', '-q:v', '3'];
  const frames = ['-frames:v', String(clipFrames)];
  ffmpeg([...input, '-an', '-vf', scale, ...jpeg, ...frames, join(dir, 'f%04d.jpg')]);
  const video = join(dir, 'clip.mkv');
  // Long enough that a program that plays it at its own pace does not reach its end.
  ffmpeg(['-stream_loop', '3', '-framerate', String(clipFps), '-i', join(dir, 'f%04d.jpg'), '-c', 'copy', video]);
  const names = readdirSync(dir).filter((name) => name.endsWith('.jpg'));
  return {
    dir,
    video,
    frames: names.sort().map((name) => readFileSync(join(dir, name))),
    source: real ? 'one-by-one-person-detection.mp4, enlarged to 720p' : 'drawn by ffmpeg (no fixtures here)',
  };
}

function ffmpeg(options: readonly string[]): void {
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
}
