import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attendance } from '@rollcall/contract/attendance';
import type { Sighting } from '@rollcall/contract/sighting';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anton, enrollDemoPeople, ines, mara, pictureOf } from './demo-people.ts';
import { allow, certificateFor, type DeviceCertificate } from './device-certificate.ts';
import { passageOf } from './door-messages.ts';
import { fixedPorts } from './free-ports.ts';
import { answerOf } from './hand-in.ts';
import { SendingDevice } from './sending-device.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

/** Who goes through, one after the other, and in how many shots. */
const walks = [
  { name: anton, shots: 3 },
  { name: undefined, shots: 2 },
  { name: mara, shots: 2 },
  { name: ines, shots: 2 },
];

describe('kill -9 of a site while captures come in', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let ports: string[];
  let site: Site;
  let certificate: DeviceCertificate;
  let device: SendingDevice;

  beforeAll(async () => {
    folder = await dataFolder();
    ports = await fixedPorts();
    site = await startSite(folder.path, ports);
    await enrollDemoPeople(site);
    await allow(site, 'pi-1', 'door-1');
    certificate = await certificateFor(site, 'pi-1');
  });
  beforeEach(async () => {
    const dataDir = await mkdtemp(join(folder.path, 'pi-1-'));
    device = await SendingDevice.open({ certificate, mqttPort: site.mqttPort, dataDir, window: 4 });
    device.connect();
  });
  afterEach(() => device?.stop());
  afterAll(async () => {
    await site?.stop();
    await folder.remove();
  });

  /** @param afterAcks the site is killed the moment that this many have come. @param times so often, the second time while it catches up. */
  async function cutOff(afterAcks: number, times: number) {
    const passages = await Promise.all(
      walks.map(async ({ name, shots }) => {
        const picture = await pictureOf(name);
        const { captures, passage } = passageOf(Array.from({ length: shots }, () => picture));
        return { name, captures, passage };
      }),
    );
    const killed = new Promise<void>((resolve) => {
      let acks = 0;
      device.onAck(() => void (++acks === afterAcks && resolve(site.kill())));
    });
    for (const { captures, passage } of passages) {
      for (const capture of captures) await device.send(capture);
      await device.send(passage);
    }
    await (afterAcks === 0 ? site.kill() : killed);
    expect(device.waiting).toBeGreaterThan(0);
    const acked = passages.flatMap(({ captures }) => captures).filter(({ captureId }) => device.acked.has(captureId));
    for (let time = 1; time <= times; time++) {
      if (time > 1) await site.kill();
      site = await startSite(folder.path, ports);
    }
    return { passages, acked };
  }

  it.each([
    { afterAcks: 0, times: 1 },
    { afterAcks: 1, times: 1 },
    { afterAcks: 7, times: 2 },
    { afterAcks: 10, times: 1 },
  ])('loses nothing and counts nothing twice, $afterAcks acks into four passages', async ({ afterAcks, times }) => {
    const { passages, acked } = await cutOff(afterAcks, times);
    // Acked: nobody sends them again.
    for (const { captureId } of acked) expect((await answerOf(site, captureId)).status).toBe('done');
    await device.delivered();
    for (const { captureId } of passages.flatMap(({ captures }) => captures)) {
      expect((await answerOf(site, captureId)).status).toBe('done');
    }
    // A passage that was cut off before its end was written down is closed by a timer.
    const body = await until('a sighting of each passage', async () => {
      const listed = (await site.api<{ items: Sighting[] }>('GET', '/v1/sightings?limit=100')).body;
      const seen = new Set(listed.items.map(({ passageId }) => passageId));
      return passages.every(({ passage }) => seen.has(passage.passageId)) && listed;
    });
    for (const { passage, name } of passages) {
      const sightings = body.items.filter(({ passageId }) => passageId === passage.passageId);
      expect(sightings).toMatchObject([
        name === undefined ? { verdict: 'unknown', person: null } : { verdict: 'accepted', person: { name } },
      ]);
    }
    const attendance = await site.api<{ items: Attendance[] }>('GET', '/v1/attendance?status=present');
    expect(attendance.body.items.map((row) => row.name).toSorted()).toEqual([anton, ines, mara]);
    for (const row of attendance.body.items) {
      const seen = body.items.filter(({ person }) => person?.id === row.personId).map(({ at }) => at);
      expect([row.firstSeenAt, row.lastSeenAt]).toEqual([seen.at(-1), seen[0]]);
    }
  });
});
