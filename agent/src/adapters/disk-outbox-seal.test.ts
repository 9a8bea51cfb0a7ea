import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { captureMessage } from '../../test/messages.ts';
import type { OutboxItem } from '../ports/outbox.ts';
import { DiskOutbox } from './disk-outbox.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outbox-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

function open(keyFile?: string) {
  const limits = { maxBytes: 10_000_000, maxItems: 100 };
  return DiskOutbox.open({ dataDir, keyFile, ...limits, clock: new ManualClock(), log: silentLog });
}

/** What would be published, but for its age. */
async function messageIn(outbox: DiskOutbox, item: OutboxItem | undefined): Promise<unknown> {
  const payload = item && (await outbox.read(item));
  if (!payload) return undefined;
  const { ageMs: _, ...message } = JSON.parse(Buffer.from(payload).toString());
  return message;
}

test('no file in the outbox or beside it shows anything of a message', async () => {
  const outbox = await open();
  const message = captureMessage();
  await outbox.put(message);
  await outbox.parkPicture(message.captureId, Buffer.from(message.image, 'base64'), 'no size of it fits');
  const files = ['outbox', 'parked'].map(async (folder) => {
    const names = await readdir(join(dataDir, folder));
    return Promise.all(names.map((name) => readFile(join(dataDir, folder, name))));
  });
  const bytes = Buffer.concat((await Promise.all(files)).flat());
  expect(bytes.length).toBeGreaterThan(700);
  for (const plain of ['takenAt', 'image', message.image, Buffer.from(message.image, 'base64')]) {
    expect(bytes.includes(plain)).toBe(false);
  }
  expect((await stat(join(dataDir, 'outbox.key'))).mode & 0o777).toBe(0o600);
});

test.each([
  ['a bit was changed', (sealed: Buffer) => sealed.with(sealed.length - 1, (sealed.at(-1) ?? 0) ^ 1)],
  ['the end is missing', (sealed: Buffer) => sealed.subarray(0, -1)],
  ['nothing but zeros is left', (sealed: Buffer) => Buffer.alloc(sealed.length)],
  ['another device sealed it', (sealed: Buffer) => sealed.with(5, (sealed[5] ?? 0) ^ 1)],
])('an item of which %s is never sent: it is parked, counted and said, and the others go on', async (_, change) => {
  const outbox = await open();
  const [changed, sound] = [captureMessage(), captureMessage()];
  await outbox.put(changed);
  await outbox.put(sound);
  const [file] = (await readdir(join(dataDir, 'outbox'))).sort();
  const path = join(dataDir, 'outbox', String(file));
  await writeFile(path, change(await readFile(path)));
  const read = [];
  for (const item of outbox.items()) read.push(await messageIn(outbox, item));
  expect(read).toEqual([undefined, sound]);
  expect(outbox.state()).toMatchObject({ items: 1, parked: 1, problem: expect.stringContaining('1 damaged') });
});

test('one item put in place of another is not sent', async () => {
  const outbox = await open();
  await outbox.put(captureMessage());
  await outbox.put(captureMessage());
  const [first = '', second = ''] = (await readdir(join(dataDir, 'outbox'))).sort();
  await copyFile(join(dataDir, 'outbox', first), join(dataDir, 'outbox', second));
  const [, item] = outbox.items();
  expect(item && (await outbox.read(item))).toBeUndefined();
  expect(outbox.state().parked).toBe(1);
});

test('what an agent without seals left behind is sent, and what comes after it is sealed', async () => {
  const [old, young] = [captureMessage(), captureMessage()];
  const name = `000000000007_capture_${old.captureId}_${old.passageId}_1.json`;
  await mkdir(join(dataDir, 'outbox'));
  await writeFile(join(dataDir, 'outbox', name), JSON.stringify(old));
  const outbox = await open();
  await outbox.put(young);
  const again = await open();
  const [first, second] = again.items();
  expect([await messageIn(again, first), await messageIn(again, second)]).toEqual([old, young]);
  for (const item of again.items()) await again.remove(item);
  expect(await readdir(join(dataDir, 'outbox'))).toEqual([]);
});

test('a key from elsewhere takes over, and what the device’s own key sealed is sent still', async () => {
  const [before, after] = [captureMessage(), captureMessage()];
  await (await open()).put(before);
  const keyFile = join(dataDir, 'elsewhere.key');
  await writeFile(keyFile, randomBytes(48));
  const outbox = await open(keyFile);
  await outbox.put(after);
  const items = [...outbox.items()];
  expect([await messageIn(outbox, items[0]), await messageIn(outbox, items[1])]).toEqual([before, after]);
  for (const item of items) await outbox.remove(item);
  await open(keyFile);
  expect(await readdir(dataDir)).not.toContain('outbox.key');
});

test('a key file that is missing or too short ends the start in words', async () => {
  await expect(open(join(dataDir, 'none'))).rejects.toThrow(/outbox.keyFile: .*none cannot be read/);
  await writeFile(join(dataDir, 'short'), 'secret');
  await expect(open(join(dataDir, 'short'))).rejects.toThrow(/expected 32 bytes or more .* got 6/);
});

test('with its own key damaged the device goes on: what that sealed is parked, what comes is sealed anew', async () => {
  const outbox = await open();
  await outbox.put(captureMessage());
  await writeFile(join(dataDir, 'outbox.key'), '');
  const again = await open();
  const message = captureMessage();
  expect(await again.put(message)).toBe('durable');
  const read = [];
  for (const item of again.items()) read.push(await messageIn(again, item));
  expect(read).toEqual([undefined, message]);
  expect(await readdir(dataDir)).toContain('outbox.key.damaged');
});
