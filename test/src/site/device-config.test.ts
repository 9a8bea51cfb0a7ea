import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { DeviceId } from '@rollcall/contract/ids';
import type { Device } from '@rollcall/contract/place';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow } from './device-certificate.ts';
import { drawRoom } from './drawn-room.ts';
import { LoneAgent } from './lone-agent.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';
import { writeDesired } from './write-desired.ts';

const id = DeviceId.parse('pi-1');
const path = `/v1/devices/${id}/config`;

describe('a camera that is set up from afar', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let agent: LoneAgent;
  let door: string;

  beforeAll(async () => {
    folder = await dataFolder();
    door = join(folder.path, 'door');
    await drawRoom(join(folder.path, 'room'));
    site = await startSite(join(folder.path, 'site'));
    await allow(site, id);
    agent = await LoneAgent.start(site, door, {
      serial: id,
      camera: `folder:${join(folder.path, 'room')}?fps=5&loop=1`,
    });
  });
  afterAll(async () => {
    agent?.process.kill('SIGKILL');
    await site?.stop();
    await folder.remove();
  });

  const read = async () => (await site.api<DeviceConfigStatus>('GET', path)).body;
  const set = async (method: 'PUT' | 'PATCH', settings: object) => {
    const { status, body } = await site.api<DeviceConfigStatus>(method, path, settings);
    expect(status).toBe(200);
    return body;
  };
  const seen = async () => (await site.api<Device>('GET', `/v1/devices/${id}`)).body.lastSeenAt;
  const state = (wanted: DeviceConfigStatus['state'], version: number) =>
    until(`version ${version} ${wanted}`, async () => {
      const now = await read();
      return now.state === wanted && now.version === version && now;
    });

  it('says what is in effect as soon as it is there', async () => {
    const { desired, reported } = await state('in-effect', 0);
    expect(desired).toEqual({});
    expect(reported).toMatchObject({ heartbeatMs: 1_000, motion: { minArea: 0.008, masks: [] } });
  });

  it('is more sensitive without a restart, and says so', async () => {
    expect(await set('PATCH', { motion: { minArea: 0.004 } })).toMatchObject({ state: 'waiting', version: 1 });
    expect((await state('in-effect', 1)).reported).toMatchObject({ motion: { minArea: 0.004 } });
    expect(agent.logged('config-applied')).toHaveLength(1);
    expect(agent.logged('started')).toHaveLength(1);
    expect(JSON.parse(await readFile(join(door, 'config.json'), 'utf8'))).toMatchObject({
      trial: { config: { motion: { minArea: 0.004 } } },
    });
  });

  it('beats less often, without a restart', async () => {
    await set('PATCH', { heartbeatMs: 3_600_000 });
    await state('in-effect', 2);
    let last = await seen();
    const quiet = await until('no heartbeat for two seconds', async () => {
      const before = last;
      await wait(2_000);
      last = await seen();
      return last === before;
    });
    expect(quiet).toBe(true);
  });

  it('refuses a key that somebody wrote past the API, keeps what it had, and says why', async () => {
    await writeDesired(site, id, door, { colour: 'red' });
    const { problem, reported } = await state('refused', 2);
    expect(problem).toBe('colour: there is no such setting');
    expect(reported).toMatchObject({ motion: { minArea: 0.004 }, heartbeatMs: 3_600_000 });
    expect(agent.logged('config-refused')).toHaveLength(1);
    await set('PUT', { motion: { minArea: 0.004 } });
    expect((await state('in-effect', 3)).desired).toEqual({ motion: { minArea: 0.004 } });
  });

  it('takes on what was set while it was away', async () => {
    expect(await agent.stop()).toBe(0);
    await set('PATCH', { logLevel: 'debug', crop: false });
    expect(await read()).toMatchObject({ state: 'waiting', version: 4 });
    agent = LoneAgent.startAgain(door);
    expect((await state('in-effect', 4)).reported).toMatchObject({ logLevel: 'debug', crop: false });
  });

  it('is as it was set, wherever it is killed', async () => {
    for (let version = 5; version < 9; version++) {
      const minArea = version / 1_000;
      await set('PATCH', { motion: { minArea } });
      await until(
        'it is on the disk',
        async () => {
          const kept = await readFile(join(door, 'config.json'), 'utf8');
          return kept.includes(`"minArea": ${minArea}`);
        },
        20_000,
        1,
      );
      agent.process.kill('SIGKILL');
      agent = LoneAgent.startAgain(door);
      expect((await state('in-effect', version)).reported).toMatchObject({ motion: { minArea } });
    }
  });

  it('is as agent.json has it again when nothing is set any more', async () => {
    await set('PUT', {});
    expect((await state('in-effect', 9)).reported).toMatchObject({ motion: { minArea: 0.008 }, logLevel: 'info' });
  });
});
