import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { fakeProgram } from '../../test/fake-program.ts';
import { numberedJpegs, numberOf } from '../../test/numbered-jpegs.ts';
import { KeepWatching } from '../domain/keep-watching.ts';
import type { Camera } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import { openCamera } from './open-camera.ts';

const parts = { clock: systemClock, timer: systemTimer, log: silentLog };
let dir = '';
/** Stands for a device: anybody may make and remove it. */
let device = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-camera-'));
  device = `/dev/shm/rollcall-video-${process.pid}`;
  await writeFile(device, '');
  vi.stubEnv('PATH', `${dir}:${process.env['PATH'] ?? ''}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
  await rm(device, { force: true });
});

/** Which frame was given last; 0 while that is being written. */
const given = async () => Number(await readFile(join(dir, 'given'), 'utf8').catch(() => '0'));
const argsGiven = async () => (await readFile(join(dir, 'args'), 'utf8')).split('\n');
const keepArgs = () => `writeFileSync(${JSON.stringify(join(dir, 'args'))}, args.join('\\n'));`;
const failing = (words: string) => `process.stderr.write(${JSON.stringify(`${words}\n`)}); process.exit(255);`;

/** What rpicam-vid 1.7 says on its standard error while it works (Pi 5, imx708). */
const chatter = `
  process.stderr.write('[0:03:11.204] [1820]  INFO Camera camera_manager.cpp:326 libcamera v0.5.0+59-d83ff0a4\\n');
  process.stderr.write('[0:03:11.231] [1823]  INFO RPI pisp.cpp:720 libpisp version v1.2.1 981977ff21f3\\n');
  process.stderr.write('[0:03:11.260] [1820]  INFO Camera camera.cpp:1205 configuring streams: (0) 1280x720-YUV420 (1) 1536x864-BGGR_PISP_COMP1\\n');
  for (let i = 0; i < 100; i++) process.stderr.write('#' + i + ' (15.00 fps) exp 33239.00 ag 8.00 dg 1.00\\n');`;

async function take(uri: string, count: number, everyMs = 0): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of openCamera(uri, parts).frames()) {
    frames.push(frame);
    if (frames.length === count) break;
    await wait(everyMs);
  }
  return frames;
}

/** Watches, and tells nothing. */
async function* framesOnly(camera: Pick<Camera, 'frames'>): AsyncGenerator<never, void> {
  for await (const frame of camera.frames()) expect(frame.width).toBe(1280);
  yield* [];
}

const first = (uri: string) => openCamera(uri, parts).frames()[Symbol.asyncIterator]().next();

describe('the Pi’s own camera', () => {
  it('gives what rpicam-vid gives, until it is stopped', async () => {
    await fakeProgram(dir, 'rpicam-vid', keepArgs() + chatter + (await numberedJpegs(dir, 15)));
    const frames = await take('rpicam:?quality=70', 5);
    expect(frames.map(({ width, height }) => `${width} × ${height}`)).toEqual(Array.from(frames, () => '1280 × 720'));
    expect((await argsGiven()).join(' ')).toBe(
      '--timeout 0 --nopreview --flush --output - --codec mjpeg --quality 70 --width 1280 --height 720 --framerate 15 --camera 0',
    );
  });

  it('is opened by the older name on an older system', async () => {
    // A machine for the tests may have the newer one.
    await fakeProgram(dir, 'libcamera-vid', keepArgs() + (await numberedJpegs(dir, 15)));
    vi.stubEnv('PATH', dir);
    expect(await take('rpicam:?rotation=180&camera=1', 1)).toHaveLength(1);
    expect((await argsGiven()).slice(-4)).toEqual(['--camera', '1', '--rotation', '180']);
  });

  it('says what to install when there is neither', async () => {
    vi.stubEnv('PATH', dir);
    await expect(first('rpicam:')).rejects.toThrow(
      'rpicam-vid was not found; install it: sudo apt-get install rpicam-apps',
    );
  });

  it.each([
    ['ERROR: *** no cameras available ***', 'no camera found on the ribbon cable'],
    ['ERROR: *** failed to acquire camera /base/soc/i2c0mux/i2c@1/imx708@1a ***', 'in use by another program'],
    ['ERROR: *** failed to configure streams ***', 'ended with 255: ERROR: *** failed to configure streams ***'],
  ])('that fails with “%s” says so', async (words, said) => {
    await fakeProgram(dir, 'rpicam-vid', chatter + failing(words));
    await expect(first('rpicam:')).rejects.toThrow(said);
  });
});

describe('a USB camera', () => {
  it('is read by one ffmpeg that passes its JPEGs on', async () => {
    await fakeProgram(dir, 'ffmpeg', keepArgs() + (await numberedJpegs(dir, 15)));
    expect(await take(`v4l2:${device}?width=640&height=480`, 3)).toHaveLength(3);
    expect((await argsGiven()).join(' ')).toBe(
      `-hide_banner -v error -nostdin -f v4l2 -input_format mjpeg -framerate 15 -video_size 640x480 -i ${device} -an -c:v copy -f mjpeg pipe:1`,
    );
  });

  it('that gives no JPEGs is encoded', async () => {
    await fakeProgram(dir, 'ffmpeg', keepArgs() + (await numberedJpegs(dir, 15)));
    await take(`v4l2:${device}?format=yuyv`, 1);
    expect((await argsGiven()).join(' ')).toContain(`-input_format yuyv422 -framerate 15`);
    expect((await argsGiven()).join(' ')).toContain('-c:v mjpeg');
  });

  it.skipIf(spawnSync('ffmpeg', ['-version']).status !== 0)(
    'is asked for in options that the real ffmpeg has (skipped without ffmpeg)',
    async () => {
      for (const format of ['mjpeg', 'yuyv']) {
        await expect(first(`v4l2:/dev/null?format=${format}`)).rejects.toThrow(/ioctl|format|Invalid argument/);
        await expect(first(`v4l2:/dev/null?format=${format}`)).rejects.not.toThrow(/option/i);
      }
    },
  );

  it.each([
    ['[video4linux2,v4l2 @ 0x1] Cannot open video device /dev/video0: Permission denied', 'usermod -aG video'],
    ['/dev/video0: Device or resource busy', 'in use by another program'],
    ["[video4linux2,v4l2 @ 0x1] Cannot find a proper format for codec 'mjpeg' (id 7)", 'try ?format=yuyv'],
  ])('that fails with “%s” says so', async (words, said) => {
    await fakeProgram(dir, 'ffmpeg', failing(words));
    await expect(first(`v4l2:${device}`)).rejects.toThrow(said);
  });

  it('that is unplugged is said to be, and comes back by itself', async () => {
    const unplugs = `setInterval(() => { try { readFileSync(${JSON.stringify(device)}); } catch {
      process.stderr.write('[video4linux2,v4l2 @ 0x5581] ioctl(VIDIOC_DQBUF): No such device\\n'); process.exit(1); } }, 20);`;
    await fakeProgram(dir, 'ffmpeg', unplugs + (await numberedJpegs(dir, 15)));
    const door = new KeepWatching({
      open: () => openCamera(`v4l2:${device}`, parts),
      watch: (camera) => framesOnly(camera),
      take: async () => {},
      timer: systemTimer,
      log: silentLog,
    });
    const running = door.run();
    await eventually(() => expect(door.status().state).toBe('ok'));
    await rm(device);
    const said = { state: 'failed', detail: `${device} is not there: is the camera plugged in?` };
    await eventually(() => expect(door.status()).toMatchObject(said));
    await wait(1_500);
    expect(door.status()).toMatchObject(said);
    await writeFile(device, '');
    await eventually(() => expect(door.status()).toMatchObject({ state: 'ok' }));
    expect(door.status().detail).toBeUndefined();
    await door.stop();
    await running;
  });
});

describe('a camera on the network', () => {
  it.each([
    [
      '[rtsp @ 0x1] method DESCRIBE failed: 401 Unauthorized',
      '10.0.0.5:554 refuses the user name or the password (401)',
    ],
    ['pipe:0: Server returned 404 Not Found', 'has no such stream (404)'],
    ['[tcp @ 0x1] Connection to tcp://10.0.0.5:554 failed: No route to host', 'does not answer'],
    ['[tcp @ 0x1] Failed to resolve hostname camera: Name or service not known', 'no host of this name'],
    [
      "[concat @ 0x1] Impossible to open 'rtsp://door:s3cret@10.0.0.5:554/1'",
      "Impossible to open 'rtsp://***@10.0.0.5:554/1'",
    ],
  ])('that fails with “%s” says so, without the password', async (words, said) => {
    await fakeProgram(dir, 'ffmpeg', failing(words));
    const failure = await first('rtsp://door:s3cret@10.0.0.5:554/1').catch(String);
    expect(failure).toContain(said);
    expect(failure).not.toContain('s3cret');
  });

  it('that ends its stream has failed', async () => {
    await fakeProgram(dir, 'ffmpeg', '');
    await expect(first('rtsp://10.0.0.5/1')).rejects.toThrow('the camera gives no more pictures');
  });
});

describe('a slow reader', () => {
  it.each([
    ['rpicam-vid', () => 'rpicam:?framerate=30'],
    ['ffmpeg', () => `v4l2:${device}?framerate=30`],
    ['ffmpeg', () => 'rtsp://127.0.0.1:1/door'],
  ])('gets the latest frame of %s, which never waits for it', async (program, uri) => {
    await fakeProgram(dir, program, await numberedJpegs(dir, 30));
    const behind: number[] = [];
    let before = -1;
    const startedAt = Date.now();
    for await (const frame of openCamera(uri(), parts).frames()) {
      const number = numberOf(frame.image);
      expect(number).toBeGreaterThan(before);
      before = number;
      behind.push((await given()) - number);
      if (behind.length === 6) break;
      await wait(500);
    }
    // All that a second of 30 frames could leave in pipes and buffers would be more.
    expect(Math.max(...behind.slice(1))).toBeLessThan(12);
    expect(before).toBeGreaterThan(((Date.now() - startedAt) / 1000) * 30 * 0.5);
  });
});
