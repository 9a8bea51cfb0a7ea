import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { fakeProgram, isAlive } from '../../test/fake-program.ts';
import type { Frame } from '../ports/frame.ts';
import { openCamera } from './open-camera.ts';

const hasFswebcam = spawnSync('fswebcam', ['--version']).error === undefined;
let dir = '';
let warned: string[] = [];
const log = { ...silentLog, warn: (event: string) => void warned.push(event) };
const parts = { clock: systemClock, timer: systemTimer, log };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-fswebcam-'));
  warned = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const onPath = () => vi.stubEnv('PATH', `${dir}:${process.env['PATH'] ?? ''}`);
const first = (uri: string) => openCamera(uri, parts).frames()[Symbol.asyncIterator]().next();
const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('rollcall-webcam-'));

describe('a webcam', () => {
  it.skipIf(!hasFswebcam)(
    `gives what the real fswebcam shoots, not too often, and says that it is slow${hasFswebcam ? '' : ' (skipped: fswebcam is not installed)'}`,
    async () => {
      const before = await leftovers();
      const frames: Frame[] = [];
      for await (const frame of openCamera('webcam:TEST?width=640&height=480', parts).frames()) {
        frames.push(frame);
        if (frames.length === 3) break;
      }
      expect(frames[0]).toMatchObject({ width: 640, height: 480 });
      expect((frames[2]?.at ?? 0) - (frames[0]?.at ?? 0)).toBeGreaterThan(900);
      expect(warned).toEqual(['webcam-slow']);
      expect(await leftovers()).toEqual(before);
    },
  );

  it.skipIf(!hasFswebcam)(
    `that the real fswebcam does not find is said not to be there${hasFswebcam ? '' : ' (skipped: fswebcam is not installed)'}`,
    async () => {
      await expect(first('webcam:/dev/video99')).rejects.toThrow(
        '/dev/video99 is not there: is the camera plugged in?',
      );
    },
  );

  it('is asked for its size, without a banner, and past its first frames', async () => {
    onPath();
    const args = join(dir, 'args');
    await fakeProgram(dir, 'fswebcam', `writeFileSync(${JSON.stringify(args)}, args.join(' '));`);
    // What a camera in use looks like: it says so, writes no picture, and exits 0.
    await expect(first('webcam:/dev/video1?width=800&height=600')).rejects.toThrow('in use by another program');
    const given = await readFile(args, 'utf8');
    for (const part of ['-r 800x600', '--jpeg 85', '-d /dev/video1', '--no-banner', '--skip 4'])
      expect(given).toContain(part);
  });

  it('says how to get fswebcam when there is none', async () => {
    vi.stubEnv('PATH', dir);
    await expect(first('webcam:')).rejects.toThrow('fswebcam was not found; install it: sudo apt-get install fswebcam');
  });

  it('that hangs is ended', async () => {
    onPath();
    const pid = join(dir, 'pid');
    const body = `process.on('SIGTERM', () => {}); writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000);`;
    await fakeProgram(dir, 'fswebcam', body);
    await expect(first('webcam:')).rejects.toThrow('fswebcam hung at /dev/video0 and was ended after 8 s');
    const id = Number(await readFile(pid, 'utf8'));
    await eventually(() => expect(isAlive(id)).toBe(false));
  });

  it('stops at once, also in the middle of a shot', async () => {
    onPath();
    await fakeProgram(dir, 'fswebcam', `setTimeout(() => {}, 5000);`);
    const camera = openCamera('webcam:', parts);
    const next = camera.frames()[Symbol.asyncIterator]().next();
    await camera.stop();
    expect((await next).done).toBe(true);
    await eventually(async () => expect(await leftovers()).toEqual([]));
  });
});
