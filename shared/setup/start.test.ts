import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClone, type Run } from './fake-clone.ts';

describe('npm start', () => {
  let clone: FakeClone;
  beforeEach(async () => {
    clone = await FakeClone.make();
  });
  afterEach(() => clone.remove());

  const read = (path: string) => readFile(join(clone.root, path), 'utf8');

  it('installs, builds, and runs the server with the options, then passes SIGTERM on and exits 0', async () => {
    const run = clone.start('--port', '0', '--data', 'a b');
    await run.said(/server \d+ \["--port","0","--data","a b"\]/);
    expect(run.output).toMatch(/Installing packages.*Building the dashboard/s);
    expect(await read('installs')).toMatch(/^--yes pnpm@\S+ install --frozen-lockfile\n$/);
    expect(await read('cloud/dashboard/dist/index.html')).toBe('built');
    run.npm.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(run.output).toMatch(/stopping: SIGTERM/);
  });

  it('does nothing twice, until something changes', async () => {
    await stop(clone.start());
    const second = await stop(clone.start());
    expect(second.output).not.toMatch(/Installing|Building/);
    await clone.write('cloud/dashboard/src/main.tsx', 'two');
    expect((await stop(clone.start())).output).toMatch(/Building/);
    await clone.write('pnpm-lock.yaml', 'lockfileVersion: 10\n');
    expect((await stop(clone.start())).output).toMatch(/Installing/);
    await rm(join(clone.root, 'cloud/node_modules'), { recursive: true });
    expect((await stop(clone.start())).output).toMatch(/Installing/);
    expect((await read('installs')).trim().split('\n')).toHaveLength(3);
    expect(await read('cloud/dashboard/node_modules/vite/bin/builds')).toBe('xxx');
  });

  it('installs again after an installation that was cut off', async () => {
    await stop(clone.start());
    await clone.write('.installing', '999999999\n');
    expect((await stop(clone.start())).output).toMatch(/Installing/);
    expect(existsSync(join(clone.root, '.installing'))).toBe(false);
  });

  it('lets one of two starts set up and the other wait', async () => {
    const runs = [clone.start(), clone.start()];
    await Promise.all(runs.map(stop));
    expect(runs.map((run) => run.output).join('\n')).toMatch(/Another start is setting up/);
    expect((await read('installs')).trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(clone.root, 'overlaps'))).toBe(false);
  });

  it.each([
    ['npm', (run: Run) => run.npm.pid ?? 0],
    ['the launcher', (run: Run) => childOf(run.npm.pid ?? 0)],
  ])('leaves no server behind when %s is killed', async (_, victim) => {
    const run = clone.start();
    const server = await run.serverPid();
    process.kill(victim(run), 'SIGKILL');
    await run.said(/stopping: (SIGTERM|disconnect)/);
    while (isAlive(server)) await wait(20);
    expect(isAlive(server)).toBe(false);
  });

  it('exits as the server does, also when that was killed', async () => {
    const run = clone.start();
    process.kill(await run.serverPid(), 'SIGKILL');
    expect(await run.ended).toBe(137);
  });

  it.each([
    ['a registry that cannot be reached', 'getaddrinfo EAI_AGAIN registry.npmjs.org', /check the network/],
    ['a full disk', 'ENOSPC: no space left on device, write', /free about 2 GB/],
    ['something else', 'it is broken', /What it said:\n {2}\| it is broken/],
  ])('says what to do about %s', async (_, message, advice) => {
    await clone.write('bin/npx', `#!/bin/sh\necho '${message}' >&2\nexit 3\n`);
    const run = clone.start();
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(advice);
    expect(run.output).not.toMatch(/\.mjs:\d+/);
    expect((await read('.installing')).trim()).toMatch(/^\d+$/);
  });

  it('names a program that is missing before it installs anything', async () => {
    const bin = join(clone.root, 'bin');
    const start = join(clone.root, 'shared/setup/start.mjs');
    const run = () => execFileSync(process.execPath, [start, '--demo'], { env: { PATH: bin }, stdio: 'pipe' });
    expect(run).toThrow(/ffmpeg[\s\S]*apt-get install ffmpeg/);
    expect(existsSync(join(clone.root, 'installs'))).toBe(false);
  });
});

async function stop(run: Run): Promise<Run> {
  await run.serverPid();
  run.npm.kill('SIGTERM');
  await run.ended;
  return run;
}

function childOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' }).trim());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
