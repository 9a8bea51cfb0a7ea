import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DiskOutbox } from '@rollcall/agent/adapters/disk-outbox';
import { seal, sealKeyOf, unseal } from '@rollcall/agent/adapters/seal';
import { CaptureMessage } from '@rollcall/contract/capture';
import { systemClock } from '@rollcall/kit/clock';
import { type Disk, nodeDisk } from '@rollcall/kit/disk';
import { silentLog } from '@rollcall/kit/log';
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { Benchmark } from './benchmark.ts';
import { median } from './median.ts';

const imageBytes = 70_000;
const backlog = 20_000;
const putCount = 200;

/** What it costs a door that pictures wait on its disk, sealed. */
export const outbox: Benchmark = {
  name: 'outbox',
  summary: `What the agent's outbox costs, with pictures of ${imageBytes / 1_000} KB; and with ${backlog} messages in it, as after a week offline.`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-outbox-'));
    try {
      const measured = { ...sealing(), ...(await writing(join(folder, 'a'))), ...(await waiting(join(folder, 'b'))) };
      return { markdown: table(measured), json: measured };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

function sealing() {
  const key = sealKeyOf(randomBytes(32));
  const data = Buffer.from(JSON.stringify(capture(imageBytes)));
  const sealed = seal(key, 'name', data);
  return {
    sealUs: 1_000 * timeOf(putCount, () => seal(key, 'name', data)),
    unsealUs: 1_000 * timeOf(putCount, () => unseal([key], 'name', sealed)),
  };
}

async function writing(dataDir: string) {
  const box = await open(dataDir, nodeDisk);
  const [puts, reads, removes]: number[][] = [[], [], []];
  for (let count = 0; count < putCount; count++) puts?.push(await timed(() => box.put(capture(imageBytes))));
  for (const item of box.items()) {
    reads?.push(await timed(() => box.read(item)));
    removes?.push(await timed(() => box.remove(item)));
  }
  await box.close();
  return { putMs: median(puts ?? []), readMs: median(reads ?? []), removeMs: median(removes ?? []) };
}

async function waiting(dataDir: string) {
  const filled = await open(dataDir, unsynced);
  for (let count = 0; count < backlog; count++) await filled.put(capture(3_000));
  await filled.close();
  const before = heapBytes();
  const startedAt = performance.now();
  const box = await open(dataDir, nodeDisk);
  const openMs = performance.now() - startedAt;
  const heapKb = (heapBytes() - before) / 1_024;
  await box.close();
  return { openMs, heapKb };
}

/** Syncs cost nothing. */
const unsynced: Disk = {
  ...nodeDisk,
  create: async (path, mode) => ({ ...(await nodeDisk.create(path, mode)), sync: async () => {} }),
  syncFolder: async () => {},
};

function open(dataDir: string, disk: Disk): Promise<DiskOutbox> {
  const limits = { maxBytes: 4_000_000_000, maxItems: backlog };
  return DiskOutbox.open({ dataDir, ...limits, clock: systemClock, log: silentLog, disk });
}

function capture(bytes: number): CaptureMessage {
  return CaptureMessage.parse({
    v: 1,
    captureId: ulid(),
    passageId: ulid(),
    takenAt: new Date().toISOString(),
    clockSynced: true,
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
    image: randomBytes(bytes).toString('base64'),
  });
}

function timeOf(times: number, work: () => unknown): number {
  return median(
    Array.from({ length: times }, () => {
      const startedAt = performance.now();
      work();
      return performance.now() - startedAt;
    }),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

function table(measured: Readonly<Record<string, number>>): string {
  const { sealUs = 0, unsealUs = 0, putMs = 0, readMs = 0, removeMs = 0, openMs = 0, heapKb = 0 } = measured;
  return [
    '| | median |',
    '|---|---|',
    `| seal a capture (AES-256-GCM) | ${Math.round(sealUs)} µs |`,
    `| unseal and check it | ${Math.round(unsealUs)} µs |`,
    `| put: seal, write, fsync, rename, fsync of the folder | ${putMs.toFixed(1)} ms |`,
    `| read for sending | ${readMs.toFixed(2)} ms |`,
    `| remove after the ack | ${removeMs.toFixed(2)} ms |`,
    `| open with ${backlog} waiting | ${Math.round(openMs)} ms |`,
    `| memory of the index of these | ${(heapKb / 1_024).toFixed(1)} MB |`,
    '',
    'On a desktop’s or server’s disk and processor. A Pi 4 has no AES instructions and an SD card takes tens of milliseconds for an fsync: not measured yet.',
  ].join('\n');
}
