import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { probeClip } from '@rollcall/agent/cameras/ffprobe';
import { clipFrames } from './clip-frames.ts';
import type { ClipWithTruth } from './clips-with-truth.ts';
import { type Found, Truth } from './passage-score.ts';

/** A clip as everybody gets it: the same JPEGs of 720p. */
export interface PeerClip {
  readonly name: string;
  readonly truth: Truth;
  readonly fps: number;
  /** The folder of the frames, and their paths in order. */
  readonly dir: string;
  readonly files: readonly string[];
  /** Seconds for which the first picture stands before the clip. */
  readonly standS: number;
}

/** What somebody makes of a clip. */
export interface Watched {
  /** In seconds from the first frame of the clip. */
  readonly found: readonly Found[];
  readonly cpuMsPerFrame: number;
}

/** Motion looks at nothing in its first two seconds, and MOG2 has to learn what is there: the others have it no worse. */
const standS = 5;

/** At its own frame rate, since a picture that comes twice shows no motion. */
export async function peerClip({ clip, truth }: ClipWithTruth, folder: string): Promise<PeerClip> {
  const { fps } = await probeClip(clip);
  const name = basename(clip);
  const dir = join(folder, name);
  await mkdir(dir);
  const files = clipFrames({ input: ['-i', clip], dir, fps, standS });
  return { name, truth: Truth.parse(JSON.parse(await readFile(truth, 'utf8'))), fps, dir, files, standS };
}

/** Without the time in which the first picture stands, and what was found in it alone. */
export function inClip(found: readonly Found[], clip: PeerClip): Found[] {
  return found.flatMap(({ start, end, ...rest }) =>
    end > clip.standS ? [{ ...rest, start: start - clip.standS, end: end - clip.standS }] : [],
  );
}
