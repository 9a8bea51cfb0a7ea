import { join } from 'node:path';
import { demoWalkers } from '@rollcall/cloud/demo/demo-people';
import { renderClip } from '@rollcall/cloud/demo/render-clip';
import type { Attendance } from '@rollcall/contract/attendance';
import type { Device } from '@rollcall/contract/place';
import type { Sighting } from '@rollcall/contract/sighting';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anton, enrollDemoPeople, mara, pictureOf } from './demo-people.ts';
import { allow, certificateFor } from './device-certificate.ts';
import { captureMessage } from './door-messages.ts';
import { fixedPorts } from './free-ports.ts';
import { answerOf, askForUpload, upload } from './hand-in.ts';
import { LoneAgent } from './lone-agent.ts';
import { isInstalled, withoutFfmpeg } from './program.ts';
import { RawDevice } from './raw-device.ts';
import { type SmallDisk, smallDisk, withoutSmallDisk } from './small-disk.ts';
import { exitCode, type Site, spawnSite, startSite, until } from './start-site.ts';

describe.skipIf(withoutSmallDisk)(`a full disk${withoutSmallDisk}`, () => {
  let disk: SmallDisk;
  let dataDir: string;
  let ports: string[];
  let site: Site;

  beforeAll(async () => {
    disk = smallDisk(64);
    dataDir = join(disk.path, 'site');
    ports = await fixedPorts();
    site = await startSite(dataDir, ports);
    await enrollDemoPeople(site);
    await allow(site, 'pi-1', 'door-1');
  });
  afterAll(async () => {
    await site?.stop();
    await disk?.remove();
  });

  const present = async () => {
    const { body } = await site.api<{ items: Attendance[] }>('GET', '/v1/attendance?status=present');
    return body.items.map((row) => row.name).toSorted();
  };

  /** What a device says of its outbox. */
  const outboxProblem = async (device: string) => {
    const { body } = await site.api<Device>('GET', `/v1/devices/${device}`);
    return body.health?.outbox.problem ?? 'none';
  };

  it('refuses in words what does not fit, says so to monitors, and takes the same once there is space', async () => {
    const device = await RawDevice.connect(site, await certificateFor(site, 'pi-1'));
    const { captureId, upload: target } = await askForUpload(site);
    const [picture, capture] = [await pictureOf(anton), captureMessage(await pictureOf(mara))];
    await disk.fill();

    expect(await site.api('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { parts: { disk: 'unavailable', records: 'ok' } },
    });
    await until('the log says so', () => site.logged('part-unavailable').some(({ part }) => part === 'disk'));
    const refused = { status: 503, body: { code: 'unavailable', detail: expect.stringMatching(/space/) } };
    expect(await upload(site, target, picture)).toMatchObject(refused);
    expect(await site.api('POST', '/v1/people', { externalId: '1', name: 'One' })).toMatchObject(refused);
    await device.publish('capture', capture);
    await until('the log says why', () => site.logged('rule-unavailable').length > 0);
    expect(site.logged('rule-unavailable')[0]).toMatchObject({
      deviceId: 'pi-1',
      reason: expect.stringMatching(/space/),
    });
    expect(device.acks).toEqual([]);
    expect((await site.api('GET', '/v1/attendance')).status).toBe(200);

    await disk.free();
    expect((await site.api('GET', '/readyz')).status).toBe(200);
    expect((await upload(site, target, picture)).status).toBe(204);
    await device.publish('capture', capture);
    expect(await device.ackOf(capture.captureId)).toMatchObject({ status: 'stored' });
    for (const id of [captureId, capture.captureId]) expect((await answerOf(site, id)).status).toBe('done');
    expect(await present()).toEqual([anton, mara]);
    await device.end();
  });

  it('finishes later what was acked while it filled up, and counts it once', async () => {
    await allow(site, 'pi-2', 'door-1');
    const device = await RawDevice.connect(site, await certificateFor(site, 'pi-2'));
    const captures = await Promise.all(Array.from({ length: 12 }, async () => captureMessage(await pictureOf(mara))));
    await disk.fill(200_000);
    for (const capture of captures) await device.publish('capture', capture);
    await until('the disk is full', async () => {
      const { status } = await site.api('POST', '/v1/people', { externalId: String(Math.random()), name: 'Filler' });
      return status === 503;
    });
    const acked = captures.filter(({ captureId }) => device.acks.some((ack) => ack.id === captureId));
    expect(acked.length).toBeGreaterThan(0);
    expect(acked.length).toBeLessThan(captures.length);
    await disk.free();
    for (const { captureId } of acked) expect((await answerOf(site, captureId)).status).toBe('done');
    const { body } = await site.api<{ items: Sighting[] }>('GET', '/v1/sightings?limit=100');
    for (const { passageId } of acked) {
      expect(body.items.filter((sighting) => sighting.passageId === passageId)).toHaveLength(1);
    }
    await device.end();
  });

  it('does not keep a site from stopping, nor from starting and showing what there is', async () => {
    const before = await present();
    await disk.fill();
    expect(await site.stop()).toBe(0);
    await disk.fill();
    const { child } = spawnSite(dataDir, ports);
    try {
      const isUp = async () => (await fetch(new URL('/healthz', site.url))).ok;
      await until('it is up', () => isUp().catch(() => false));
      expect(await present()).toEqual(before);
      expect(await site.api('GET', '/readyz')).toMatchObject({ status: 503, body: { parts: { disk: 'unavailable' } } });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exitCode(child)).toBe(0);
    await disk.free();
    site = await startSite(dataDir, ports);
    expect(await present()).toEqual(before);
  });

  it('ends a first start with the reason', async () => {
    await disk.fill();
    const { child, output } = spawnSite(join(disk.path, 'another'));
    expect(await exitCode(child)).toBe(1);
    expect(output.join('').trim()).toMatch(/rollcall\.sqlite.*(: check the disk and its space|: free some space; .*)$/);
    await disk.free();
  });

  describe.skipIf(!isInstalled('ffmpeg'))(`of an agent${withoutFfmpeg}`, () => {
    let agentDisk: SmallDisk;
    let agent: LoneAgent;

    beforeAll(async () => {
      agentDisk = smallDisk(8);
      const clip = join(disk.path, 'door.mp4');
      await renderClip(demoWalkers.slice(0, 1), clip);
      await allow(site, 'pi-3', 'door-1');
      agent = await LoneAgent.start(site, join(agentDisk.path, 'pi-3'), {
        serial: 'pi-3',
        camera: `video:${clip}?loop=1`,
      });
    });
    afterAll(async () => {
      await agent?.stop();
      await agentDisk?.remove();
    });

    it('does not keep it from handing in what it sees, and is said in its health until there is space', async () => {
      await until('a passage', () => agent.logged('passage').length > 0);
      await agentDisk.fill();
      const before = agent.logged('capture').length;
      await until('the next picture', () => agent.logged('capture').length > before);
      const next = agent.logged('capture')[before];
      expect(next).toMatchObject({ kept: 'volatile' });
      expect((await answerOf(site, String(next?.['captureId']))).status).toBe('done');
      expect(
        await until(
          'its health says so',
          async () => (await outboxProblem('pi-3')) !== 'none' && outboxProblem('pi-3'),
        ),
      ).toMatch(/the disk takes nothing \(ENOSPC\): free space/);
      await agentDisk.free();
      await until('its health is good again', async () => (await outboxProblem('pi-3')) === 'none');
      expect(agent.logged('capture').at(-1)).toMatchObject({ kept: 'durable' });
    });

    it('does not keep it from starting', async () => {
      expect(await agent.stop()).toBe(0);
      await agentDisk.fill();
      agent = LoneAgent.startAgain(join(agentDisk.path, 'pi-3'));
      await until('a picture', () => agent.logged('capture').length > 0);
      expect((await answerOf(site, String(agent.logged('capture')[0]?.['captureId']))).status).toBe('done');
    });
  });
});
