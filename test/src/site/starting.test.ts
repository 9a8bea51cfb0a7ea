import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKey } from '@rollcall/contract/access';
import { misconfiguredExitCode } from '@rollcall/kit/app-error';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signsIn } from './sign-in.ts';
import { dataFolder, exitCode, type Site, spawnSite, startSite, until } from './start-site.ts';

describe('starting a site', () => {
  const folders: Awaited<ReturnType<typeof dataFolder>>[] = [];
  let site: Site;

  const newFolder = async () => {
    const folder = await dataFolder();
    folders.push(folder);
    return folder.path;
  };
  beforeAll(async () => {
    site = await startSite(await newFolder());
  });
  afterAll(async () => {
    await site?.stop();
    await Promise.all(folders.map((folder) => folder.remove()));
  });

  it('is refused on data that a site runs on, which goes on', async () => {
    const { code, said } = await failed(site.dataDir, []);
    expect(code).toBe(misconfiguredExitCode);
    expect(said.trim()).toBe(
      `Rollcall is already running on ${site.dataDir}. Stop it first, or start this one with another --data folder.`,
    );
    expect((await site.api('GET', '/readyz')).status).toBe(200);
    expect((await site.api('GET', '/v1/me')).status).toBe(200);
  });

  it('says which option to change when its HTTP port is in use, and has begun nothing', async () => {
    const { port } = new URL(site.url);
    const dataDir = await newFolder();
    const { code, said } = await failed(dataDir, ['--port', port]);
    expect(code).toBe(misconfiguredExitCode);
    expect(said.trim()).toBe(`port ${port} is in use: stop what uses it, or choose another one with --port`);
    expect(await readdir(dataDir)).toEqual(['lock']);
  });

  it('says which option to change when its MQTT port is in use, and leaves nothing running', async () => {
    const port = String(site.mqttPort);
    const dataDir = await newFolder();
    const { code, said } = await failed(dataDir, ['--mqtt-port', port, '--camera', 'folder:/nowhere']);
    expect(code).toBe(misconfiguredExitCode);
    expect(said.trim()).toBe(`port ${port} is in use: stop what uses it, or choose another one with --mqtt-port`);
    expect(await readdir(dataDir)).not.toContain('agents');
  });

  it('goes on from wherever an earlier first start was cut off', async () => {
    const dataDir = await newFolder();
    const marks = ['rollcall.sqlite', 'models', 'keys/oidc.json', 'ca/ca.key', 'credentials.draft.json'];
    for (const mark of marks) {
      const { child, output } = spawnSite(dataDir);
      await until(`${mark} in ${output.join('')}`, () => existsSync(join(dataDir, mark)), 60_000, 5);
      child.kill('SIGKILL');
      await exitCode(child);
    }
    expect(existsSync(join(dataDir, 'credentials.json'))).toBe(false);
    const started = await startSite(dataDir);
    const { body: keys } = await started.api<{ items: ApiKey[] }>('GET', '/v1/api-keys');
    expect(keys.items).toMatchObject([{ name: 'credentials.json', role: 'owner' }]);
    expect(await signsIn(started)).toBe(true);
    expect(started.output).not.toContain('"level":"error"');
    expect(await started.stop()).toBe(0);
  });

  it('needs nobody who reads what it prints', async () => {
    site.process.stdout?.destroy();
    for (const externalId of ['1', '2', '3']) {
      // Each is logged.
      expect((await site.api('POST', '/v1/people', { externalId, name: 'Somebody' })).status).toBe(201);
    }
    expect((await site.api('GET', '/readyz')).status).toBe(200);
    expect(await site.stop()).toBe(0);
  });
});

/** A start that fails: what it says to its operator, and its exit code. */
async function failed(dataDir: string, argv: readonly string[]): Promise<{ code: number | null; said: string }> {
  const { child, output } = spawnSite(dataDir, argv);
  const code = await exitCode(child);
  const lines = output.join('').split('\n');
  return { code, said: lines.filter((line) => !line.startsWith('{')).join('\n') };
}
