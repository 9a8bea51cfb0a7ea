import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clipFrames, ffmpeg } from './clip-frames.ts';
import { fixture } from './fixtures.ts';

/** Frames of 720p for measuring, as files (for programs that want them so) and in memory. */
export interface MotionClip {
  readonly dir: string;
  /** The same as a Motion-JPEG video. */
  readonly video: string;
  readonly frames: readonly Buffer[];
  readonly source: string;
}

const maxFrames = 150;
export const clipFps = 15;

/** Ten seconds in which somebody walks in: from the fixtures, or drawn, which is easier to decode. Needs ffmpeg. */
export function motionClip(): MotionClip {
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const real = fixture('videos/one-by-one-person-detection.mp4');
  const input = real ? ['-ss', '3', '-i', real] : ['-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${clipFps}`];
  const files = clipFrames({ input, dir, fps: clipFps, maxFrames });
  const video = join(dir, 'clip.mkv');
  // Long enough that a program that plays it at its own pace does not reach its end.
  ffmpeg(['-stream_loop', '3', '-framerate', String(clipFps), '-i', join(dir, 'f%05d.jpg'), '-c', 'copy', video]);
  return {
    dir,
    video,
    frames: files.map((file) => readFileSync(file)),
    source: real ? 'one-by-one-person-detection.mp4, enlarged to 720p' : 'drawn by ffmpeg (no fixtures here)',
  };
}
