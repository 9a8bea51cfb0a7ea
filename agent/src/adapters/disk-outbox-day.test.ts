import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { instantOf, ManualClock } from '@rollcall/kit/clock';
import { type Disk, nodeDisk } from '@rollcall/kit/disk';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryPublisher } from '../../test/memory-publisher.ts';
import { Delivery } from '../domain/deliver.ts';
import { DiskOutbox } from './disk-outbox.ts';

const startsAt = Date.parse('2026-03-02T06:00:00.000Z');
/** A passage each so often, for 24 hours. */
const everyMs = 120_000;
const passages = 720;
const capturesEach = 3;
const image = Buffer.alloc(6_000, 7).toString('base64');

let dataDir: string;
let clock: ManualClock;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outbox-'));
  clock = new ManualClock(startsAt);
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Syncs cost nothing: what a power cut leaves is the matter of other tests. */
const unsyncedDisk: Disk = {
  ...nodeDisk,
  create: async (path, mode) => ({ ...(await nodeDisk.create(path, mode)), sync: async () => {} }),
  syncFolder: async () => {},
};

function open(maxItems: number) {
  const options = { dataDir, maxBytes: 1_000_000_000, maxItems, clock, clockSynced: () => true };
  return DiskOutbox.open({ ...options, timer: new ManualTimer(), log: silentLog, disk: unsyncedDisk });
}

/** Somebody goes by every other minute of a day while nothing can be sent. */
async function aDayOffline(outbox: DiskOutbox): Promise<void> {
  for (let passage = 0; passage < passages; passage++) {
    const at = clock.now();
    const passageId = PassageMessage.shape.passageId.parse(ulid(at));
    const captures = [];
    for (let sequence = 1; sequence <= capturesEach; sequence++) {
      const captureId = CaptureMessage.shape.captureId.parse(ulid(at));
      const shot = { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence };
      const takenAt = instantOf(at);
      await outbox.put({ v: 1, captureId, passageId, takenAt, clockSynced: true, shot, image });
      captures.push(captureId);
    }
    const times = { openedAt: instantOf(at), closedAt: instantOf(at + 3_000), clockSynced: true };
    await outbox.put({ v: 1, passageId, ...times, frames: 30, captures, ended: 'quiet' });
    clock.advance(everyMs);
  }
}

/** What is external goes a turn after the objects that held it. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  for (let round = 0; round < 3; round++) {
    runInNewContext('gc')();
    await turn();
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

test('after a day offline everything is sent in order, and what waited cost no more memory than its index', async () => {
  const outbox = await open(20_000);
  const before = await heapUsed();
  await aDayOffline(outbox);
  const { items, bytes, oldestAt, dropped } = outbox.state();
  expect({ items, oldestAt, dropped }).toEqual({
    items: passages * (capturesEach + 1),
    oldestAt: startsAt,
    dropped: 0,
  });
  expect(bytes).toBeGreaterThan(items * image.length * 0.7);
  // Some hundred bytes, and what a garbage collector leaves; with pictures it would be thousands.
  expect(((await heapUsed()) - before) / items).toBeLessThan(image.length / 6);

  const publisher = new MemoryPublisher();
  const delivery = new Delivery({ outbox, publisher, timer: new ManualTimer(), log: silentLog });
  const expected = [...outbox.items()].map(({ id }) => id);
  delivery.start();
  for (let seen = 0; seen < expected.length; ) {
    await publisher.ids(seen + 1);
    for (const { id } of publisher.published.slice(seen)) publisher.stored(id);
    seen = publisher.published.length;
  }
  await delivery.flushed();
  await turn();
  const sent = await publisher.ids(expected.length);
  expect(sent).toHaveLength(expected.length);
  expect(new Set(sent)).toEqual(new Set(expected));
  // Two are on the way at once, and the end of a passage waits for its captures.
  const places = new Map(expected.map((id, place) => [id, place]));
  const shifts = sent.map((id, place) => Math.abs(place - (places.get(id) ?? Number.POSITIVE_INFINITY)));
  expect(Math.max(...shifts)).toBeLessThanOrEqual(3);
  expect(outbox.state().items).toBe(0);
});

test('with less room than a day takes, every passage keeps its first capture, and what is lost is counted', async () => {
  const room = 1_000;
  const outbox = await open(room);
  await aDayOffline(outbox);
  const kept = [...outbox.items()];
  expect(kept).toHaveLength(room);
  expect(outbox.state().dropped).toBe(passages * (capturesEach + 1) - room);
  expect(outbox.state().problem).toContain('full');
  expect(kept.filter(({ kind, sequence }) => kind === 'capture' && sequence === 1)).toHaveLength(passages);
});
