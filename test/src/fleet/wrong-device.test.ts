import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { DeviceId } from '@rollcall/contract/ids';
import type { Device } from '@rollcall/contract/place';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawWalk } from '@rollcall/agent/test/door-pictures';
import { allow } from '../site/device-certificate.ts';
import { LoneAgent } from '../site/lone-agent.ts';
import { dataFolder, type Site, startSite, until } from '../site/start-site.ts';
import { writeDesired } from '../site/write-desired.ts';

const id = DeviceId.parse('pi-1');

describe('a device that was handled wrong', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let agent: LoneAgent;
  let door: string;

  beforeAll(async () => {
    folder = await dataFolder();
    door = join(folder.path, 'door');
    const pictures = join(folder.path, 'pictures');
    await drawWalk(pictures);
    site = await startSite(join(folder.path, 'site'));
    for (const serial of [id, 'pi-2']) await allow(site, serial, 'door-1');
    agent = await LoneAgent.start(site, door, { serial: id, camera: `folder:${pictures}?fps=10&loop=1` });
    await isOnline();
  });
  afterAll(async () => {
    agent?.process.kill('SIGKILL');
    await site?.stop();
    await folder.remove();
  });

  const isOnline = () =>
    until('the device online', async () => (await site.api<Device>('GET', `/v1/devices/${id}`)).body.online);
  const config = async () => (await site.api<DeviceConfigStatus>('GET', `/v1/devices/${id}/config`)).body;

  it('says what is wrong with settings that leave no room in its shadow for more', async () => {
    await until('the first report', async () => (await config()).state === 'in-effect');
    const keys = Array.from({ length: 8 }, (_, key) => [`${key}${'x'.repeat(830)}`, 1]);
    await writeDesired(site, id, door, Object.fromEntries(keys));
    const refused = await until('it is refused', async () => {
      const now = await config();
      return now.state === 'refused' && now;
    });
    expect(refused.problem).toContain('there is no such setting');
    await writeDesired(site, id, door, Object.fromEntries(keys.map(([key]) => [key, null])));
    const again = await until('all is well', async () => {
      const now = await config();
      return now.state === 'in-effect' && now;
    });
    expect(again.reported).toMatchObject({ motion: { minArea: 0.008 } });
  });

  it('and comes by another’s name is let in by neither, says so, and keeps what it sees until it is itself again', async () => {
    expect(await agent.stop()).toBe(0);
    const file = join(door, 'device.json');
    const own = await readFile(file, 'utf8');
    await writeFile(file, own.replace('"pi-1"', '"pi-2"'));
    agent = LoneAgent.startAgain(door);
    const [line] = await until('it is refused', () => {
      const lines = agent.logged('connect-failed');
      return lines.length > 0 && lines;
    });
    expect(line?.reason).toMatch(/client id pi-2/);
    await until('it keeps what it sees', async () => (await readdir(join(door, 'outbox'))).length > 0);
    expect(site.logged('device-refused')).toContainEqual(expect.objectContaining({ clientId: 'pi-2' }));
    expect(await agent.stop()).toBe(0);
    await writeFile(file, own);
    const waiting = await agent.outbox();
    agent = LoneAgent.startAgain(door);
    await until('what waited is there', async () => {
      const left = await agent.outbox();
      return waiting.every((name) => !left.includes(name));
    });
    expect(agent.logged('parked')).toEqual([]);
  });
});
