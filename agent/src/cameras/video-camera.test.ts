import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../ports/frame.ts';
import { openCamera } from './open-camera.ts';

const parts = { clock: systemClock, timer: systemTimer, log: silentLog };
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

describe.skipIf(!hasFfmpeg)(`a video camera${hasFfmpeg ? '' : ' (skipped: ffmpeg is not installed)'}`, () => {
  let dir = '';
  let clip = '';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rollcall-video-'));
    clip = join(dir, 'a door?.mp4');
    const drawn = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=10:duration=3'];
    execFileSync('ffmpeg', ['-v', 'error', ...drawn, '-c:v', 'mpeg4', '-q:v', '3', clip]);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('gives every frame as fast as it goes, the last of them taken about now', async () => {
    const camera = openCamera(`video:${clip}?speed=max`, parts);
    const before = Date.now();
    const all: Frame[] = [];
    for await (const frame of camera.frames()) all.push(frame);
    expect(all).toHaveLength(30);
    expect(all.map((frame) => frame.at - (all[0]?.at ?? 0))).toEqual(all.map((_, i) => i * 100));
    expect(all.at(-1)?.at).toBeLessThanOrEqual(Date.now());
    expect(all.at(-1)?.at).toBeGreaterThan(before - 1_000);
    expect(all[0]).toMatchObject({ width: 640, height: 360, luma: { width: 80, height: 45 } });
    expect(camera.status()).toMatchObject({ state: 'ended', badFrames: 0 });
  });

  it('keeps the pace of the clip, never ahead of the clock, round and round', async () => {
    const camera = openCamera(`video:${clip}?loop=1`, parts);
    const start = Date.now();
    let last = 0;
    for await (const frame of camera.frames()) {
      expect(frame.at).toBeLessThanOrEqual(Date.now() + 2);
      expect(frame.at).toBeGreaterThanOrEqual(last);
      last = frame.at;
      if (frame.at - start > 3_600) break;
    }
    expect(Date.now() - start).toBeGreaterThanOrEqual(3_500);
    expect(camera.status().state).toBe('ended');
  });

  it('is refused when it is no clip', async () => {
    const text = join(dir, 'no-clip.mp4');
    await writeFile(text, 'this is not a clip');
    const none = openCamera(`video:${text}`, parts).frames()[Symbol.asyncIterator]();
    await expect(none.next()).rejects.toThrow(Misconfigured);
    const missing = openCamera(`video:${dir}/nowhere.mp4`, parts).frames()[Symbol.asyncIterator]();
    await expect(missing.next()).rejects.toThrow('expected a file that can be read');
  });

  it('says how to get ffmpeg when there is none', async () => {
    vi.stubEnv('PATH', dir);
    try {
      const frames = openCamera(`video:${clip}`, parts).frames()[Symbol.asyncIterator]();
      await expect(frames.next()).rejects.toThrow('apt-get install ffmpeg');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
