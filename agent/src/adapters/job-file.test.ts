import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobId } from '@rollcall/contract/device-job';
import { silentLog } from '@rollcall/kit/log';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HeldJob } from '../ports/job-memory.ts';
import { JobFile } from './job-file.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-job-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const job: HeldJob = {
  jobId: JobId.parse(`${ulid()}-logs`),
  document: { kind: 'logs', lines: 5 },
  version: 2,
  phase: 'begun',
  resumed: false,
};

test('the next process finds the job in hand as it was, and none after it was cleared', async () => {
  expect(await new JobFile(dataDir, silentLog).load()).toBeUndefined();
  const outcomes: HeldJob['outcome'][] = [
    undefined,
    { status: 'SUCCEEDED' },
    { status: 'SUCCEEDED', details: { lines: '5' } },
    { status: 'FAILED', reason: 'no log' },
  ];
  for (const outcome of outcomes) {
    const held = { ...job, ...(outcome && { outcome }) };
    const file = new JobFile(dataDir, silentLog);
    await file.save(held);
    expect(await new JobFile(dataDir, silentLog).load()).toEqual(held);
    await file.clear();
    expect(await new JobFile(dataDir, silentLog).load()).toBeUndefined();
  }
});

test.each(['', '{', '[]', '{"jobId":"x"}', '\0\0\0'])('what is no job (%j) is none, and said', async (text) => {
  await writeFile(join(dataDir, 'job.json'), text);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (event: string) => void warnings.push(event) };
  expect(await new JobFile(dataDir, log).load()).toBeUndefined();
  expect(warnings).toEqual(['job-unreadable']);
});

test('a disk that takes nothing is said, and the job remembered until the process ends', async () => {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (event: string) => void warnings.push(event) };
  // Root may write anywhere; nobody may write below a file.
  const path = join(dataDir, 'file');
  await writeFile(path, '');
  const file = new JobFile(path, log);
  await file.save(job);
  expect(await file.load()).toEqual(job);
  await file.clear();
  expect(await file.load()).toBeUndefined();
  expect(warnings).toContain('job-not-kept');
});
