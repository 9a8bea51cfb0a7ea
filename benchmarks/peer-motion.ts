import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { JpegStream } from './jpeg-stream.ts';
import type { Found } from './passage-score.ts';
import { inClip, type PeerClip, type Watched } from './peer-clip.ts';
import { usageOf } from './process-usage.ts';

export interface MotionSettings {
  /** Changed pixels that are motion. */
  readonly threshold: number;
  /** Seconds without motion that end an event. */
  readonly event_gap: number;
}

/** As Debian packages it: `/etc/motion/motion.conf`. */
export const packagedSettings: MotionSettings = { threshold: 1_500, event_gap: 60 };

/** What else Debian sets of how it detects. It writes no files here. */
const fixedSettings = {
  daemon: 'off',
  width: 1280,
  height: 720,
  despeckle_filter: 'EedDl',
  minimum_motion_frames: 1,
  pre_capture: 3,
  picture_output: 'off',
  movie_output: 'off',
  stream_port: 0,
  webcontrol_port: 0,
  on_event_start: 'echo event-start',
  on_event_end: 'echo event-end',
};

/** The Motion daemon at a network camera that gives a clip at its own pace: its events, and the CPU time of the process over the clip. */
export async function watchWithMotion(
  clip: PeerClip,
  settings: MotionSettings,
  onSecond: () => void = () => {},
): Promise<Watched | 'not installed'> {
  if (spawnSync('motion', ['-h']).error) return 'not installed';
  const stream = await JpegStream.open();
  const config = join(clip.dir, `motion-${settings.event_gap}.conf`);
  const netcam = {
    netcam_url: `mjpeg://127.0.0.1:${stream.port}/`,
    framerate: Math.round(clip.fps),
    target_dir: clip.dir,
  };
  const lines = Object.entries({ ...fixedSettings, ...netcam, ...settings }).map(([key, value]) => `${key} ${value}\n`);
  await writeFile(config, lines.join(''));
  const child = spawn('motion', ['-n', '-c', config], { stdio: ['ignore', 'pipe', 'ignore'] });
  const events: { readonly kind: string; readonly at: number }[] = [];
  createInterface({ input: child.stdout }).on('line', (kind) => void events.push({ kind, at: performance.now() }));
  const ticking = setInterval(onSecond, 1_000);
  try {
    const cpuMs = () => usageOf(child.pid)?.cpuMs ?? 0;
    let [startedAt, before] = [0, 0];
    await stream.play(clip.files, clip.fps, () => {
      startedAt = performance.now();
      before = cpuMs();
    });
    const used = cpuMs() - before;
    const seconds = clip.files.length / clip.fps;
    const found = eventsIn(
      events.map(({ kind, at }) => ({ kind, at: (at - startedAt) / 1_000 })),
      { seconds, gap: settings.event_gap },
    );
    return { found: inClip(found, clip), cpuMsPerFrame: used / clip.files.length };
  } finally {
    clearInterval(ticking);
    child.kill('SIGKILL');
    stream.close();
  }
}

/** Events of Motion as passages: one ends `gap` after the last motion, and one that goes on ends with the frames. In seconds. */
export function eventsIn(
  events: readonly { readonly kind: string; readonly at: number }[],
  { seconds, gap }: { readonly seconds: number; readonly gap: number },
): Found[] {
  const found: Found[] = [];
  let start: number | undefined;
  for (const { kind, at } of events) {
    if (kind === 'event-start') start = at;
    if (kind !== 'event-end' || start === undefined) continue;
    found.push({ start, end: Math.max(start, at - gap), captures: 0 });
    start = undefined;
  }
  return start === undefined ? found : [...found, { start, end: seconds, captures: 0 }];
}
