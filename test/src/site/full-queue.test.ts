import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptureStatus } from '@rollcall/contract/sighting';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, certificateFor } from './device-certificate.ts';
import { captureMessage } from './door-messages.ts';
import { answerOf, askForUpload, upload } from './hand-in.ts';
import { SendingDevice } from './sending-device.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

const deviceCount = 20;
const capturesEach = 20;
/** What may wait for recognition, and what may be on its way in at the same moment. */
const bound = 256 + 64;

describe('more captures at once than recognition takes', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  const devices: SendingDevice[] = [];
  const captureIds: string[] = [];

  beforeAll(async () => {
    folder = await dataFolder();
    site = await startSite(folder.path, ['--workers', '1']);
    const wall = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#9a8' } })
      .jpeg()
      .toBuffer();
    const fill = async (id: string) => {
      await allow(site, id);
      const [certificate, dataDir] = await Promise.all([certificateFor(site, id), mkdtemp(join(folder.path, id))]);
      const device = await SendingDevice.open({ certificate, mqttPort: site.mqttPort, dataDir, ackTimeoutMs: 1_000 });
      devices.push(device);
      for (let capture = 0; capture < capturesEach; capture++) {
        const message = captureMessage(wall);
        captureIds.push(message.captureId);
        await device.send(message);
      }
    };
    await Promise.all(Array.from({ length: deviceCount }, (_, index) => fill(`pi-${index + 1}`)));
  });
  afterAll(async () => {
    await Promise.all(devices.map((device) => device.stop()));
    await site?.stop();
    await folder.remove();
  });

  const acked = () => devices.flatMap((device) => [...device.acked]);
  const statusOf = async (id: string) => (await site.api<CaptureStatus>('GET', `/v1/captures/${id}`)).body.status;

  it('are left with their devices without an ack, and are all done in the end', async () => {
    const { captureId, upload: target } = await askForUpload(site);
    for (const device of devices) device.connect();
    await until('no room', () => site.logged('rule-unavailable').length > 0);
    const phone = await upload(site, target, await sharp({ create: blank }).jpeg().toBuffer());
    const statuses = await Promise.all(acked().map(statusOf));
    expect(statuses.filter((status) => status === 'pending').length).toBeLessThanOrEqual(bound);
    expect(devices.reduce((sum, device) => sum + device.waiting, 0)).toBeGreaterThan(0);
    expect(site.logged('rule-unavailable').slice(0, 1)).toMatchObject([
      { rule: 'capture', reason: expect.stringMatching(/too many/) },
    ]);

    await Promise.all(devices.map((device) => device.delivered()));
    for (const id of captureIds) expect((await answerOf(site, id)).status).toBe('done');
    expect(new Set(acked())).toEqual(new Set(captureIds));

    // A phone is told the same, and may upload again.
    expect(phone).toMatchObject({ status: 503, body: { code: 'unavailable', detail: expect.stringMatching(/again/) } });
    expect((await upload(site, target, await sharp({ create: blank }).jpeg().toBuffer())).status).toBe(204);
    expect((await answerOf(site, captureId)).status).toBe('done');
  });
});

const blank = { width: 64, height: 64, channels: 3, background: '#000' } as const;
