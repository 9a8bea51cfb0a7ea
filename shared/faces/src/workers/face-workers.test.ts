import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FaceWorkers, type FaceWorkersOptions } from './face-workers.ts';
import type { WorkerKind } from './start-worker.ts';

/**
 * A worker without models: the first byte of the picture says what it does. 0: answers no faces; 1: refuses; 2: dies; 3: never answers;
 * 4: dies on the first try alone, which it remembers in a file named by the rest; 5: takes half a second.
 */
const source = `
  import { parentPort } from 'node:worker_threads';
  import { existsSync, writeFileSync } from 'node:fs';
  const post = (message) => (parentPort ? parentPort.postMessage(message) : process.send(message));
  (parentPort ?? process).on('message', (message) => {
    if (message === 'end') return parentPort ? parentPort.close() : process.disconnect();
    const { id, image } = message;
    const marker = new TextDecoder().decode(image.subarray(1));
    if (image[0] === 1) post({ id, refused: { code: 'not-an-image', message: 'no' } });
    else if (image[0] === 2) process.exit(2);
    else if (image[0] === 4 && !existsSync(marker)) { writeFileSync(marker, ''); process.exit(1); }
    else if (image[0] === 5) setTimeout(() => post({ id, faces: [] }), 500);
    else if (image[0] !== 3) post({ id, faces: [] });
  });
  post('ready');
`;

let folder: string;
let script: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'face-workers-'));
  script = pathToFileURL(join(folder, 'worker.mjs'));
  await writeFile(script, source);
});
afterAll(() => rm(folder, { recursive: true }));

const options = { describe: false };
let workers: FaceWorkers | undefined;

async function startWorkers(more: Partial<FaceWorkersOptions>): Promise<FaceWorkers> {
  const settings = {
    cacheDir: '',
    count: 1,
    queueLimit: 4,
    requestTimeoutMs: 10_000,
    stuckAfterMs: 200,
    log: silentLog,
    script,
  };
  workers = new FaceWorkers({ ...settings, ...more });
  await workers.start();
  return workers;
}

afterEach(() => workers?.stop());

const kinds: WorkerKind[] = ['thread', 'process'];

describe.each(kinds)('FaceWorkers, each a %s', (kind) => {
  const start = (more: Partial<FaceWorkersOptions> = {}) => startWorkers({ kind, ...more });

  it('answers, and leaves the picture with its owner', async () => {
    const pool = await start({ count: 2 });
    const picture = Uint8Array.of(0, 7);
    expect(await Promise.all([pool.read(picture, options), pool.read(picture, options)])).toEqual([[], []]);
    expect([...picture]).toEqual([0, 7]);
  });

  it('passes on that it is no picture, and goes on', async () => {
    const pool = await start();
    await expect(pool.read(Uint8Array.of(1), options)).rejects.toMatchObject({ code: 'not-an-image' });
    await expect(pool.read(Uint8Array.of(1), options)).rejects.toThrow(InvalidInput);
    expect(await pool.read(Uint8Array.of(0), options)).toEqual([]);
  });

  it('refuses more than may wait, at once', async () => {
    const pool = await start({ queueLimit: 2 });
    const stuck = [3, 0, 0].map(async (byte) =>
      pool.read(Uint8Array.of(byte), options).catch((error: unknown) => error),
    );
    expect(pool.load).toEqual({ waiting: 2, running: 1 });
    await expect(pool.read(Uint8Array.of(0), options)).rejects.toMatchObject({ code: 'queue-full', retryable: true });
    await pool.stop();
    for (const outcome of await Promise.all(stuck)) expect(outcome).toBeInstanceOf(Unavailable);
  });

  it('tries a picture again when its thread died', async () => {
    const pool = await start();
    const marker = new TextEncoder().encode(join(folder, `marker-${kind}`));
    expect(await pool.read(Uint8Array.of(4, ...marker), options)).toEqual([]);
  });

  it('gives up on a picture that threads die on twice, and still answers others', async () => {
    const pool = await start();
    await expect(pool.read(Uint8Array.of(2), options)).rejects.toThrow(Unavailable);
    expect(await pool.read(Uint8Array.of(0), options)).toEqual([]);
  });

  it('answers in time even if its thread does not, and replaces one that is stuck', async () => {
    const pool = await start({ requestTimeoutMs: 300, stuckAfterMs: 50 });
    const late = await Promise.allSettled([pool.read(Uint8Array.of(3), options), pool.read(Uint8Array.of(3), options)]);
    for (const outcome of late) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'timeout' } });
    await expect.poll(() => pool.read(Uint8Array.of(0), options).catch(() => undefined)).toEqual([]);
  });

  it('lets a late thread finish, and then gives it the next picture', async () => {
    const pool = await start({ requestTimeoutMs: 300 });
    await expect(pool.read(Uint8Array.of(5), options)).rejects.toMatchObject({ code: 'timeout' });
    expect(pool.load.running).toBe(1);
    await expect.poll(() => pool.load.running).toBe(0);
    expect(await pool.read(Uint8Array.of(0), options)).toEqual([]);
  });

  it('does not start when its threads cannot', async () => {
    const broken = pathToFileURL(join(folder, 'broken.mjs'));
    await writeFile(broken, 'process.exit(1)');
    await expect(start({ script: broken })).rejects.toThrow(Unavailable);
  });

  it('answers nothing once stopped, which may happen twice', async () => {
    const pool = await start();
    await pool.stop();
    await pool.stop();
    await expect(pool.read(Uint8Array.of(0), options)).rejects.toThrow(Unavailable);
  });
});
