import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@rollcall/kit/clock';
import { nodeDisk } from '@rollcall/kit/disk';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskError } from '../../test/crashing-disk.ts';
import { captureMessage, passageMessage } from '../../test/messages.ts';
import type { OutboxItem } from '../ports/outbox.ts';
import { ManualUptime } from '../ports/uptime.ts';
import { DiskOutbox, type DiskOutboxOptions } from './disk-outbox.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outbox-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

function open(options: Partial<DiskOutboxOptions> = {}) {
  return DiskOutbox.open({
    dataDir,
    maxBytes: 10_000_000,
    maxItems: 100,
    clock: new ManualClock(),
    log: silentLog,
    ...options,
  });
}

const ids = (outbox: DiskOutbox) => [...outbox.items()].map((item) => item.id);

/** What would be published, but for its age. */
async function messageIn(outbox: DiskOutbox, item: OutboxItem | undefined): Promise<unknown> {
  const payload = item && (await outbox.read(item));
  if (!payload) return undefined;
  const { ageMs: _, ...message } = JSON.parse(Buffer.from(payload).toString());
  return message;
}

test('what was put is there after a restart, in order and whole', async () => {
  const messages = [captureMessage(), captureMessage(), captureMessage()];
  const outbox = await open();
  for (const message of messages) expect(await outbox.put(message)).toBe('durable');
  const again = await open();
  expect(ids(again)).toEqual(messages.map((message) => message.captureId));
  for (const [index, item] of [...again.items()].entries()) {
    expect(await messageIn(again, item)).toEqual(messages[index]);
  }
  expect(again.state()).toMatchObject({ items: 3, dropped: 0, parked: 0 });
});

test('what comes after a restart goes behind what waited, whatever the clock says', async () => {
  const first = captureMessage();
  await (await open()).put(first);
  const again = await open({ clock: new ManualClock('2001-01-01T00:00:00.000Z') });
  const second = captureMessage();
  await again.put(second);
  expect(ids(await open())).toEqual([first.captureId, second.captureId]);
});

test('a removed item is gone for good', async () => {
  const outbox = await open();
  await outbox.put(captureMessage());
  for (const item of outbox.items()) await outbox.remove(item);
  expect(ids(await open())).toEqual([]);
  expect(await readdir(join(dataDir, 'outbox'))).toEqual([]);
});

test('a half-written file is cleared away at the start', async () => {
  await open();
  await writeFile(join(dataDir, 'outbox', '.0badcafe.tmp'), 'half');
  await open();
  expect(await readdir(join(dataDir, 'outbox'))).toEqual([]);
});

test.each(['', '{"v":1', 'not JSON', '{}'])(
  'an item that reads %j on disk is parked and the others go on',
  async (content) => {
    const outbox = await open();
    const [damaged, sound] = [captureMessage(), captureMessage()];
    await outbox.put(damaged);
    await outbox.put(sound);
    const [file] = await readdir(join(dataDir, 'outbox'));
    await writeFile(join(dataDir, 'outbox', String(file)), content);
    for (const item of outbox.items()) await outbox.read(item);
    expect(ids(outbox)).toEqual([sound.captureId]);
    expect(outbox.state().parked).toBe(1);
    expect(await readdir(join(dataDir, 'parked'))).toHaveLength(2);
  },
);

test('full of items, it loses later captures of a passage before first ones, and counts them', async () => {
  const outbox = await open({ maxItems: 10 });
  const first = captureMessage();
  const later = captureMessage({ passageId: first.passageId, sequence: 2 });
  for (const message of [first, later]) await outbox.put(message);
  for (let i = 0; i < 9; i++) await outbox.put(captureMessage());
  expect(ids(outbox)).toHaveLength(10);
  expect(ids(outbox)).toContain(first.captureId);
  expect(ids(outbox)).not.toContain(later.captureId);
  expect(outbox.state()).toMatchObject({ items: 10, dropped: 1 });
  expect(outbox.state().problem).toContain('full');
});

test('it never takes more space than it may', async () => {
  const outbox = await open({ maxBytes: 100_000 });
  for (let i = 0; i < 20; i++) await outbox.put(captureMessage({ imageBytes: 10_000 }));
  expect(outbox.state().bytes).toBeLessThanOrEqual(100_000);
  // Each takes four blocks of 4096 bytes.
  expect(outbox.state().dropped).toBe(14);
});

test('with a full disk a message waits in memory, is said and counted, and comes to disk when there is space', async () => {
  let full = true;
  const outbox = await open({
    disk: {
      ...nodeDisk,
      create: (path, mode) => (full ? Promise.reject(diskError('ENOSPC', 'open')) : nodeDisk.create(path, mode)),
    },
  });
  const message = captureMessage();
  expect(await outbox.put(message)).toBe('volatile');
  expect(outbox.state().problem).toContain('ENOSPC');
  const [item] = outbox.items();
  expect(item && (await outbox.read(item))).toBeDefined();
  for (let i = 0; i < 30; i++) await outbox.put(captureMessage({ sequence: 2 }));
  expect(outbox.state()).toMatchObject({ items: 16, dropped: 15 });
  expect(ids(outbox)).toContain(message.captureId);
  full = false;
  expect(await outbox.put(captureMessage())).toBe('durable');
  expect(outbox.state().problem).toBeUndefined();
  expect(ids(await open())).toHaveLength(17);
});

test('a folder that lost a file goes on without it', async () => {
  const outbox = await open();
  await outbox.put(captureMessage());
  await rm(join(dataDir, 'outbox'), { recursive: true });
  for (const item of outbox.items()) expect(await outbox.read(item)).toBeUndefined();
  expect(outbox.state().items).toBe(0);
});

test('a passage with captures waiting is known, also after a restart', async () => {
  const capture = captureMessage();
  const outbox = await open();
  await outbox.put(capture);
  await outbox.put(passageMessage([capture]));
  const again = await open();
  expect(again.hasCaptureOf(capture.passageId)).toBe(true);
  for (const item of again.items()) if (item.kind === 'capture') await again.remove(item);
  expect(again.hasCaptureOf(capture.passageId)).toBe(false);
});

test('what is parked is bounded by age', async () => {
  const clock = new ManualClock(Date.now());
  const outbox = await open({ clock });
  await outbox.parkPicture('01KCAPTURE', Buffer.from('x'), 'does not decode');
  expect(outbox.state().parked).toBe(1);
  clock.advance(8 * 86_400_000);
  expect((await open({ clock })).state().parked).toBe(0);
  expect(await readdir(join(dataDir, 'parked'))).toEqual([]);
});

test('each capture says how long it was kept, by the uptime: over a restart, whatever the clock does, but not over a reboot', async () => {
  const [clock, uptime] = [new ManualClock('1970-01-01T00:05:00.000Z'), new ManualUptime()];
  const outbox = await open({ clock, uptime });
  const message = { ...captureMessage(), takenAt: '1970-01-01T00:04:58.000Z', clockSynced: false };
  await outbox.put(message);
  clock.advance(56 * 365 * 86_400_000);
  uptime.advance(3_600_000);
  const again = await open({ clock, uptime });
  const ageOf = async () => {
    const [item] = again.items();
    return JSON.parse(Buffer.from((item && (await again.read(item))) ?? []).toString()).ageMs;
  };
  expect(await ageOf()).toBe(3_602_000);
  uptime.reboot();
  expect(await ageOf()).toBeUndefined();
});

test('what was kept for too long is deleted, at the start and while it runs, but not by a clock that may be wrong', async () => {
  const clock = new ManualClock(Date.now());
  const timer = new ManualTimer();
  let clockSynced = true;
  const options = { clock, timer, maxAgeDays: 2, clockSynced: () => clockSynced };
  const outbox = await open(options);
  await outbox.put(captureMessage());
  await outbox.put({ ...captureMessage(), clockSynced: false });
  clock.advance(3 * 86_400_000);
  clockSynced = false;
  expect((await open(options)).state()).toMatchObject({ items: 2, dropped: 0 });
  clockSynced = true;
  timer.advance(3_600_000);
  await outbox.close();
  expect(outbox.state()).toMatchObject({ items: 1, dropped: 1 });
  expect(ids(await open(options))).toHaveLength(1);
});
