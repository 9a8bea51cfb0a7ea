import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IdentityFiles } from '@rollcall/agent/adapters/device-identity';
import { type DeviceJob, isJobOver } from '@rollcall/contract/device-job';
import type { Device } from '@rollcall/contract/place';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoneAgent } from './lone-agent.ts';
import { RawDevice } from './raw-device.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

const rollcall = fileURLToPath(new URL('../../../cloud/src/cli/main.ts', import.meta.url));

describe('the life of a device, from its memory card to its end', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let agent: LoneAgent;
  let card: string;

  beforeAll(async () => {
    folder = await dataFolder();
    const pictures = join(folder.path, 'pictures');
    await mkdir(pictures);
    for (const name of ['1', '2', '3']) {
      await sharp({ create: { width: 320, height: 240, channels: 3, background: '#888' } })
        .jpeg()
        .toFile(join(pictures, `${name}.jpg`));
    }
    site = await startSite(join(folder.path, 'site'));
  });
  afterAll(async () => {
    agent?.process.kill('SIGKILL');
    await site?.stop();
    await folder.remove();
  });

  const cli = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(process.execPath, [rollcall, '--data', site.dataDir, ...args], (_, out, err) =>
        resolve({ code: child.exitCode ?? 0, out, err }),
      );
    });
  const device = async (id = 'SN-1') => (await site.api<Device>('GET', `/v1/devices/${id}`)).body;
  const online = (id?: string) =>
    until('the device', async () => ((await device(id)).online ? device(id) : false), 30_000);
  const identity = () => new IdentityFiles(card).load();
  const lastJob = async (kind: string) => {
    const { body } = await site.api<{ items: DeviceJob[] }>('GET', '/v1/devices/SN-1/jobs');
    return body.items.find((job) => job.kind === kind);
  };

  it('comes with what was put on its card, and has no claim any more once it has connected by itself', async () => {
    const boot = join(folder.path, 'boot');
    await mkdir(boot);
    const camera = `folder:${join(folder.path, 'pictures')}?fps=10`;
    const prepared = await cli('device', 'prepare', 'SN-1', '--boot', boot, '--door', 'door-1', '--camera', camera);
    expect(prepared).toMatchObject({ code: 0, out: expect.stringMatching(/may register once; watches door-1/) });
    card = join(boot, 'rollcall');
    agent = LoneAgent.startAgain(card);
    expect(await online()).toMatchObject({ state: 'active', doorId: 'door-1' });
    await until(
      'the claim is gone',
      () => !existsSync(join(card, 'claim.key')) && !existsSync(join(card, 'claim.pem')),
    );
    expect(await agent.stop()).toBe(0);
    agent = LoneAgent.startAgain(card);
    await online();
    const told = await until('its health', async () => (await device()).health?.certificate);
    const days = (Date.parse(told.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(730);
    expect(told.problem).toBeUndefined();
  });

  it('goes on with another key and certificate when it is told to, and the old ones are worthless', async () => {
    const before = await identity();
    expect((await cli('device', 'rotate', 'SN-1')).out).toMatch(/asked/);
    const job = await until('the end of the job', async () => {
      const found = await lastJob('rotate');
      return found && isJobOver(found.status) && found;
    });
    expect(job).toMatchObject({ status: 'SUCCEEDED' });
    await online();
    const after = await identity();
    expect(after?.privateKeyPem).not.toBe(before?.privateKeyPem);
    expect(after?.certificatePem).not.toBe(before?.certificatePem);
    expect((await readdir(card)).filter((name) => /next|renew/.test(name))).toEqual([]);
    const caPem = await readFile(join(card, 'ca.pem'), 'utf8');
    if (!before) throw new Error('expected an identity');
    await expect(RawDevice.connect(site, { ...before, caPem })).rejects.toThrow(/Not authorized/i);
  });

  it('is put in the place of another, whose access ends', async () => {
    expect((await cli('device', 'allow', 'SN-0', '--door', 'door-1')).code).toBe(0);
    await cli('device', 'assign', 'SN-1');
    expect((await cli('device', 'replace', 'SN-0', 'SN-1')).out).toMatch(/SN-0: revoked; SN-1 watches door-1/);
    expect(await device()).toMatchObject({ doorId: 'door-1', state: 'active' });
    expect(await device('SN-0')).toMatchObject({ doorId: null, state: 'revoked', replacedBy: 'SN-1' });
  });

  it('that lost its access comes anew with a card prepared anew', async () => {
    expect((await cli('device', 'revoke', 'SN-1')).code).toBe(0);
    await until('it is told', () => agent.logged('connect-failed').length > 0);
    await agent.stop();
    const boot = join(folder.path, 'boot');
    const camera = `folder:${join(folder.path, 'pictures')}?fps=10`;
    expect((await cli('device', 'prepare', 'SN-1', '--boot', boot, '--camera', camera)).code).toBe(0);
    agent = LoneAgent.startAgain(card);
    expect(await online()).toMatchObject({ state: 'active', doorId: 'door-1' });
    expect(agent.logged('own-certificate-not-taken')).toHaveLength(1);
  });

  it('wipes itself when it is taken out of service, says so, and stays down', async () => {
    expect((await cli('device', 'decommission', 'SN-1', '--deadline', '1')).out).toMatch(/is being wiped/);
    const ended = await until('it is over', async () => {
      const found = await device();
      return found.state === 'decommissioned' && found;
    });
    expect(ended).toMatchObject({ online: false, decommission: { wipedAt: expect.any(String) }, health: null });
    await until('the agent has ended', () => agent.process.exitCode !== null);
    expect(agent.process.exitCode).toBe(78);
    expect(agent.output).toMatch(/taken out of service and wiped/);
    const left = await readdir(card);
    expect(left.filter((name) => /^device|agent\.json|outbox|claim|config/.test(name))).toEqual([]);
    expect((await cli('device', 'decommission', 'SN-1')).out).toMatch(/already: wiped at/);
    expect((await cli('device', 'remove', 'SN-1')).code).toBe(0);
  });
});
