import { link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareDemo } from '@rollcall/cloud/demo/prepare-demo';
import { silentLog } from '@rollcall/kit/log';
import { clipFrames, ffmpeg } from './clip-frames.ts';
import { fixture } from './fixtures.ts';

/** What a door camera gives, as files: people who come in one after the other, some with their face to the camera. */
export interface DoorFrames {
  /** The folder, for `folder:`. */
  readonly dir: string;
  readonly count: number;
  /** The same as H.264, for `video:`. */
  readonly video: string;
  readonly source: string;
}

export const doorFps = 15;

/** The frames of the fixtures’ clip of people in a room, if it is there, then those of the demo’s door, made in `folder`. 15 a second, 720p. */
export async function doorFrames(folder: string): Promise<DoorFrames> {
  const demo = await prepareDemo({ dataDir: folder, log: silentLog });
  const real = fixture('videos/one-by-one-person-detection.mp4');
  const clips = real ? [real, demo.clip] : [demo.clip];
  const dir = join(folder, 'frames');
  await mkdir(dir);
  let count = 0;
  for (const [index, clip] of clips.entries()) {
    const own = join(folder, `clip-${index}`);
    await mkdir(own);
    count += await linkFrames(clipFrames({ input: ['-i', clip], dir: own, fps: doorFps }), dir, count);
  }
  const video = join(folder, 'door.mp4');
  const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  ffmpeg(['-framerate', String(doorFps), '-i', join(dir, '%07d.jpg'), ...h264, video]);
  const source = `${real ? 'one-by-one-person-detection.mp4, enlarged to 720p, then ' : ''}the demo’s door clip`;
  return { dir, count, video, source };
}

/** The same frames again and again, until there are `count` of them, in a new folder. They take no room. */
export async function repeatFrames(frames: DoorFrames, count: number, dir: string): Promise<void> {
  await mkdir(dir);
  const round = Array.from({ length: frames.count }, (_, index) => join(frames.dir, nameOf(index)));
  for (let at = 0; at < count; at += round.length) await linkFrames(round.slice(0, count - at), dir, at);
}

async function linkFrames(files: readonly string[], dir: string, from: number): Promise<number> {
  for (const [index, file] of files.entries()) await link(file, join(dir, nameOf(from + index)));
  return files.length;
}

function nameOf(index: number): string {
  return `${String(index).padStart(7, '0')}.jpg`;
}
