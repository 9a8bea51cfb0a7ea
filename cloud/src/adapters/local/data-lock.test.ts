import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataLock } from './data-lock.ts';

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('refuses a second holder and says what to do', () => {
    const lock = new DataLock(folder);
    expect(() => new DataLock(folder)).toThrow(/already running on .*--data/);
    lock.release();
  });

  it('is free again once released, however often', () => {
    const lock = new DataLock(folder);
    lock.release();
    lock.release();
    new DataLock(folder).release();
  });

  it('does not outlive a holder that is killed', async () => {
    const source = `import { DataLock } from ${JSON.stringify(new URL('./data-lock.ts', import.meta.url).href)};
      globalThis.lock = new DataLock(${JSON.stringify(folder)}); process.stdout.write('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(() => new DataLock(folder)).toThrow(/already running/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    new DataLock(folder).release();
  });
});
