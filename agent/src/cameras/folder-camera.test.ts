import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import sharp, { type JpegOptions } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Camera } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import { openCamera } from './open-camera.ts';
import { sharpFrameReader } from './sharp-frame-reader.ts';

const parts = { clock: new ManualClock(1_000_000), timer: systemTimer, log: silentLog };
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-folder-'));
});
afterAll(() => rm(dir, { recursive: true }));

function jpeg(width: number, height: number, options: JpegOptions = {}): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 20 };
  return sharp({ create: { width, height, channels: 3, background: 'gray', noise } })
    .jpeg(options)
    .toBuffer();
}

async function frames(camera: Camera): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of camera.frames()) all.push(frame);
  return all;
}

describe('a folder camera', () => {
  it('gives its JPEGs in the order of their names, drops and counts what is none, and goes on', async () => {
    const good = await jpeg(640, 360);
    await writeFile(join(dir, '01.jpg'), good);
    await writeFile(join(dir, '02.jpg'), '');
    await writeFile(join(dir, '03.jpg'), good.subarray(0, good.length / 2));
    await writeFile(join(dir, '04.jpg'), 'this is not an image');
    await writeFile(join(dir, '05.JPEG'), await jpeg(4000, 3000, { quality: 60 }));
    await writeFile(join(dir, '06.jpg'), await sharp(good).png().toBuffer());
    await writeFile(join(dir, '07.jpg'), await jpeg(320, 240));
    await writeFile(join(dir, '08.jpg'), await jpeg(1280, 720, { progressive: true }));
    await writeFile(
      join(dir, '09.jpg'),
      Buffer.concat([good.subarray(0, good.length - 900), good.subarray(good.length - 2)]),
    );
    await writeFile(join(dir, 'notes.txt'), 'no camera wrote this');

    const camera = openCamera(`folder:${dir}?fps=4&speed=max`, parts);
    expect(camera.status()).toMatchObject({ state: 'starting', badFrames: 0 });
    const all = await frames(camera);
    expect(all.map(({ width, height }) => `${width} × ${height}`)).toEqual([
      '640 × 360',
      '4000 × 3000',
      '320 × 240',
      '1280 × 720',
    ]);
    // The last file is about now, the others at their distance before it.
    expect(all.map(({ at }) => at - 1_000_000)).toEqual([-2_000, -1_000, -500, -250]);
    for (const { luma } of all) {
      expect(luma.data).toHaveLength(luma.width * luma.height);
      expect(luma.data.reduce((sum, level) => sum + level, 0) / luma.data.length).toBeCloseTo(120, -1);
    }
    expect(camera.status()).toMatchObject({ state: 'ended', badFrames: 5, width: 1280, height: 720 });
  });

  it('keeps its own pace, and ends when it is stopped, twice if need be', async () => {
    const camera = openCamera(`folder:${dir}?fps=20&loop=1`, parts);
    const seen: number[] = [];
    for await (const { at } of camera.frames()) {
      seen.push(at);
      if (seen.length === 4) await camera.stop();
    }
    await camera.stop();
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(camera.status().state).toBe('ended');
  });

  it('is refused when there is nothing in it', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'rollcall-empty-'));
    const camera = openCamera(`folder:${empty}`, parts);
    await expect(frames(camera)).rejects.toThrow(Misconfigured);
    expect(camera.status()).toMatchObject({ state: 'failed', detail: expect.stringContaining('expected .jpg files') });
    await rm(empty, { recursive: true });
    await expect(frames(openCamera(`folder:${empty}`, parts))).rejects.toThrow('expected a folder that can be read');
  });

  it('lets parts of its frames be looked at closely', async () => {
    const camera = openCamera(`folder:${dir}?speed=max`, parts);
    const [first] = await frames(camera);
    if (!first) throw new Error('expected a frame');
    const luma = await sharpFrameReader.detail(first, { x: 600, y: 300, width: 40, height: 60 });
    expect(luma).toMatchObject({ width: 20, height: 30 });
    const damaged = { ...first, image: new Uint8Array([1, 2, 3]) };
    expect(await sharpFrameReader.detail(damaged, { x: 0, y: 0, width: 40, height: 60 })).toBeUndefined();
  });
});
