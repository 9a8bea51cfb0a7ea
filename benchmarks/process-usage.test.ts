import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { childrenOf, usageOf } from './process-usage.ts';

const hasProc = usageOf(process.pid) !== undefined;

test.skipIf(!hasProc)('a process that works uses time and memory (skipped without /proc)', () => {
  const before = usageOf(process.pid);
  const { user, system } = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < 200);
  const after = usageOf(process.pid);
  expect(Math.abs((before?.cpuMs ?? 0) - (user + system) / 1_000)).toBeLessThan(100);
  expect(after?.cpuMs).toBeGreaterThan(before?.cpuMs ?? 0);
  expect((after?.residentBytes ?? 0) / process.memoryUsage.rss()).toBeCloseTo(1, 0);
});

test.skipIf(!hasProc)('what a process started is found, and what that started (skipped without /proc)', async () => {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo started; wait']);
  await once(shell.stdout, 'data');
  const names = childrenOf(process.pid).map((pid) => usageOf(pid)?.name);
  expect(names).toContain('sh');
  expect(names).toContain('sleep');
  for (const pid of childrenOf(shell.pid)) process.kill(pid);
  await once(shell, 'exit');
  expect(usageOf(shell.pid)).toBeUndefined();
  expect(childrenOf(shell.pid)).toEqual([]);
});
