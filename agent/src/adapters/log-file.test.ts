import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@rollcall/kit/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-log-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('the last lines are there, over the end of a process, and never more than two files of so many bytes', async () => {
  const max = 1_000;
  for (let process = 0; process < 5; process++) {
    const log = new LogFile(dataDir, max);
    for (let line = 0; line < 40; line++) log.write(`{"process":${process},"line":${line}}\n`);
    log.close();
    log.close();
    for (const file of await readdir(dataDir)) {
      expect((await stat(join(dataDir, file))).size).toBeLessThan(max + 30);
    }
  }
  const log = new LogFile(dataDir, max);
  expect(await log.tail(2)).toEqual(['{"process":4,"line":38}', '{"process":4,"line":39}']);
  const all = await log.tail(1_000);
  expect(all.length).toBeGreaterThan(35);
  expect(all.toReversed().every((line, back) => line.endsWith(`"line":${(39 - back + 40) % 40}}`))).toBe(true);
});

test('holds what the log holds: each line of it, with nothing in it that the log hides', async () => {
  const printed: string[] = [];
  const file = new LogFile(dataDir);
  const log = createLog({
    service: 'agent',
    destination: { write: (line) => void printed.push(line) },
    also: (line) => file.write(line),
  });
  log.child({ stage: 'x' }).info('provisioned', { token: 'secret', nested: { privateKey: 'secret' } });
  log.debug('not said');
  expect((await file.tail(10)).map((line) => `${line}\n`)).toEqual(printed);
  expect(printed.join('')).not.toContain('secret');
  expect(printed).toHaveLength(1);
});

test('a disk that takes nothing keeps nobody from logging', async () => {
  const path = join(dataDir, 'file');
  await writeFile(path, '');
  const log = new LogFile(join(path, 'below'));
  log.write('a line\n');
  expect(await log.tail(5)).toEqual([]);
});
