import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleFace } from '@rollcall/faces/sample-faces';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WorkerFaceFinder } from './worker-face-finder.ts';

let cacheDir: string;
let finder: WorkerFaceFinder;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'face-finder-'));
});
afterAll(() => rm(cacheDir, { recursive: true }));
afterEach(() => finder.stop());

/** A door of 720p with a face of some 65 pixels, 600 pixels from the left. */
async function picture(): Promise<Uint8Array> {
  const face = await sampleFace({ row: 1, column: 4 });
  return sharp({ create: { width: 1280, height: 720, channels: 3, background: '#8a8070' } })
    .composite([{ input: face, left: 600, top: 200 }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

function children(): string[] {
  return execFileSync('ps', ['--ppid', String(process.pid), '-o', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('face-worker'));
}

test('finds a face where it is told to look, in another process, which goes when it is stopped', async () => {
  finder = new WorkerFaceFinder({ cacheDir, log: silentLog });
  await expect(finder.find(await picture(), {})).rejects.toThrow(Unavailable);
  await finder.start();
  expect(finder.isReady).toBe(true);
  expect(children()).toHaveLength(1);
  const [face] = await finder.find(await picture(), {
    within: { x: 400, y: 100, width: 500, height: 600 },
    measure: true,
  });
  expect(face?.box.x).toBeGreaterThan(600);
  expect(face?.box.width).toBeGreaterThan(50);
  expect(face?.measures?.eyePixels).toBeGreaterThan(20);
  expect(await finder.find(await picture(), { within: { x: 0, y: 0, width: 400, height: 720 } })).toEqual([]);
  await finder.stop();
  await finder.stop();
  expect(finder.isReady).toBe(false);
  expect(children()).toEqual([]);
});

test('can be started again, after a stop and after a start that failed', async () => {
  const script = new URL('none.ts', import.meta.url);
  finder = new WorkerFaceFinder({ cacheDir, log: silentLog, script });
  await expect(finder.start()).rejects.toThrow(Unavailable);
  await expect(finder.start()).rejects.toThrow(Unavailable);
  finder = new WorkerFaceFinder({ cacheDir, log: silentLog });
  await finder.start();
  await finder.stop();
  await finder.start();
  expect(await finder.find(await picture(), {})).toHaveLength(1);
});
