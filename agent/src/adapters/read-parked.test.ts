import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { captureMessage } from '../../test/messages.ts';
import { DiskOutbox } from './disk-outbox.ts';
import { readParked } from './read-parked.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parked-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const look = () => readParked({ dataDir: folder, to: join(folder, 'to'), log: silentLog });

test('what was parked can be looked at: why, the message and its picture', async () => {
  const options = {
    dataDir: folder,
    maxBytes: 1_000_000,
    maxItems: 10,
    clock: new ManualClock(Date.now()),
    log: silentLog,
  };
  const outbox = await DiskOutbox.open(options);
  const [refused, damaged] = [captureMessage(), captureMessage()];
  for (const message of [refused, damaged]) await outbox.put(message);
  const [first, second] = outbox.items();
  if (first) await outbox.park(first, 'refused: no JPEG');
  const [file] = await readdir(join(folder, 'outbox'));
  await writeFile(join(folder, 'outbox', String(file)), 'RCS1');
  if (second) await outbox.read(second);
  await outbox.parkPicture(refused.captureId, Buffer.from('a picture'), 'too large');

  const found = await look();
  expect(found.map(({ why }) => why)).toEqual([
    'refused: no JPEG',
    expect.stringMatching(/^damaged on disk: 4 bytes that nobody sealed$/),
    'too large',
  ]);
  const written = found.flatMap((one) => one.written);
  const contents = await Promise.all(written.map((name) => readFile(join(folder, 'to', name))));
  const { image, ...rest } = refused;
  expect(JSON.parse(String(contents[0]))).toEqual(rest);
  expect(contents[1]).toEqual(Buffer.from(image, 'base64'));
  expect(String(contents[2])).toBe('a picture');
  expect(written).toHaveLength(3);
});

test('a device on which nothing was parked, or that never ran, has nothing to show', async () => {
  expect(await look()).toEqual([]);
});
