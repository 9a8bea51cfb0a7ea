import { IoTClient } from '@aws-sdk/client-iot';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceJobs } from '@rollcall/cloud/adapters/aws/iot-device-jobs';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { MemoryImages } from '@rollcall/cloud/domain/memory-images.test.support';
import { cancelJob, type JobPorts, listJobs, readJob, requestJob } from '@rollcall/cloud/domain/request-job';
import { DeviceStore } from '@rollcall/cloud/store/device-store';
import { JobStore } from '@rollcall/cloud/store/job-store';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ManualClock } from '@rollcall/kit/clock';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allowDevice } from '@rollcall/cloud/domain/allow-device';
import { PlaceStore } from '@rollcall/cloud/store/place-store';
import { IotEmulator } from './iot-emulator.ts';
import { testAccount } from './test-credentials.ts';

const org = OrganizationId.parse('main');
const camera = DeviceId.parse('camera-1');

describe('jobs of devices on AWS IoT', () => {
  const iot = new IotEmulator();
  let ports: JobPorts;

  beforeAll(async () => {
    const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
    const deviceJobs = new IotDeviceJobs(new IoTClient({ ...settings, endpoint: await iot.start() }));
    const table = new MemoryTable();
    const devices = new DeviceStore(table);
    await allowDevice({ devices, places: new PlaceStore(table) }, org, { id: camera });
    await devices.change(org, camera, (device) => ({ ...device, state: 'active' }));
    const clock = new ManualClock(Date.now());
    ports = {
      devices,
      jobs: new JobStore(table),
      deviceJobs,
      images: new MemoryImages(),
      newId: monotonicFactory(),
      clock,
    };
  });
  afterAll(() => iot.stop());
  beforeEach(() => {
    iot.jobs.things.add(camera);
    iot.faults.length = 0;
  });

  const request = () => requestJob(ports, org, camera, { kind: 'logs', lines: 9 });
  const read = (id: Parameters<typeof readJob>[3]) => readJob(ports, org, camera, id);

  it('target one thing, with a time in which it must be done, and wait until AWS IoT has handed them out', async () => {
    const { id, status } = await request();
    expect(status).toBe('QUEUED');
    const made = iot.jobs.jobs.get(id);
    expect(made?.thing).toBe(camera);
    expect(JSON.parse(made?.request.document ?? '')).toEqual({ kind: 'logs', lines: 9 });
    expect(made?.request.timeoutConfig.inProgressTimeoutInMinutes).toBe(5);
    expect((await read(id)).status).toBe('QUEUED');
  });

  it('are followed until they are over, and not asked about after that', async () => {
    const { id } = await request();
    iot.jobs.handOut(id);
    iot.jobs.update(id, 'IN_PROGRESS');
    expect(await read(id)).toMatchObject({ status: 'IN_PROGRESS', startedAt: expect.any(String) });
    iot.jobs.update(id, 'SUCCEEDED', { lines: '9' });
    expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', details: { lines: '9' } });
    const asked = iot.requests;
    expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', details: { lines: '9' } });
    expect(iot.requests).toBe(asked);
  });

  it('are canceled while they wait, even before they were handed out', async () => {
    for (const handedOut of [true, false]) {
      const { id } = await request();
      if (handedOut) iot.jobs.handOut(id);
      expect(await cancelJob(ports, org, camera, id, false)).toMatchObject({ status: 'CANCELED' });
      expect(iot.jobs.jobs.get(id)?.execution?.status).toBe('CANCELED');
    }
  });

  it('leave nothing behind when AWS IoT is away, or knows no such thing', async () => {
    const before = (await listJobs(ports, org, camera, { limit: 100 })).items.length;
    iot.faults.push({ status: 503, kind: 'ServiceUnavailableException' });
    await expect(request()).rejects.toMatchObject({ name: 'Unavailable' });
    iot.jobs.things.clear();
    await expect(request()).rejects.toMatchObject({ name: 'NotFound' });
    expect((await listJobs(ports, org, camera, { limit: 100 })).items).toHaveLength(before);
  });
});
