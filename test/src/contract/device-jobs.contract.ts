import { MemoryImages } from '@rollcall/cloud/domain/memory-images.test.support';
import { cancelJob, type JobPorts, readJob, requestJob } from '@rollcall/cloud/domain/request-job';
import type { DeviceJobs } from '@rollcall/cloud/ports/device-jobs';
import type { DeviceStore } from '@rollcall/cloud/store/device-store';
import type { JobStore } from '@rollcall/cloud/store/job-store';
import type { JobId } from '@rollcall/contract/device-job';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** A driver with its records, and the device at the other end of the queue. */
export interface DeviceJobsDriver {
  readonly deviceJobs: DeviceJobs;
  readonly devices: DeviceStore;
  readonly jobs: JobStore;
  /** Takes up what is first in its queue. @returns which, if there is one. */
  readonly startNext: (device: DeviceId) => Promise<string | undefined>;
  readonly finish: (device: DeviceId, job: JobId, details: Record<string, string>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const org = OrganizationId.parse('main');

/** What devices are asked to do, whoever keeps their queues. @param open a driver that knows devices that are called `camera-…` */
export function deviceJobsContract(name: string, open: () => Promise<DeviceJobsDriver>): void {
  describe(`jobs of devices: ${name}`, () => {
    let driver: DeviceJobsDriver;
    let ports: JobPorts;
    let camera: DeviceId;
    let nth = 0;
    beforeAll(async () => {
      driver = await open();
      ports = { ...driver, images: new MemoryImages(), newId: monotonicFactory(), clock };
    });
    afterAll(() => driver.stop());
    beforeEach(async () => {
      camera = DeviceId.parse(`camera-${++nth}`);
      const nothing = { doorId: null, lastSeenAt: null, health: null, stillAt: null };
      await driver.devices.create(org, { id: camera, state: 'active', certificate: 'c'.repeat(64), ...nothing });
    });

    const request = () => requestJob(ports, org, camera, { kind: 'logs', lines: 9 });
    const read = async (id: JobId) => readJob(ports, org, camera, id);

    it('wait in their order, one at a time, and tell how far they are until they are over', async () => {
      const [first, second] = [await request(), await request()];
      expect([first.status, (await read(second.id)).status]).toEqual(['QUEUED', 'QUEUED']);
      expect(await driver.startNext(camera)).toBe(first.id);
      // What it is at is what it is told again.
      expect(await driver.startNext(camera)).toBe(first.id);
      expect(await read(first.id)).toMatchObject({ status: 'IN_PROGRESS', startedAt: expect.any(String) });
      await driver.finish(camera, first.id, { lines: '9' });
      expect(await read(first.id)).toMatchObject({ status: 'SUCCEEDED', details: { lines: '9' } });
      expect(await driver.startNext(camera)).toBe(second.id);
    });

    it('are the device’s own', async () => {
      const { id } = await request();
      const nothing = { doorId: null, lastSeenAt: null, health: null, stillAt: null };
      const another = DeviceId.parse(`camera-${++nth}`);
      await driver.devices.create(org, { id: another, state: 'active', certificate: 'd'.repeat(64), ...nothing });
      expect(await driver.startNext(another)).toBeUndefined();
      await expect(readJob(ports, org, another, id)).rejects.toMatchObject({ name: 'NotFound' });
    });

    it('are canceled while they wait, and are not handed out any more', async () => {
      const { id } = await request();
      expect(await cancelJob(ports, org, camera, id, false)).toMatchObject({ status: 'CANCELED' });
      expect(await driver.startNext(camera)).toBeUndefined();
    });

    it('are canceled by force alone while the device is at them, and not at all when they are over', async () => {
      const [first, second] = [await request(), await request()];
      await driver.startNext(camera);
      await expect(cancelJob(ports, org, camera, first.id, false)).rejects.toMatchObject({ code: 'job-running' });
      expect(await cancelJob(ports, org, camera, first.id, true)).toMatchObject({ status: 'CANCELED' });
      await expect(cancelJob(ports, org, camera, first.id, true)).rejects.toMatchObject({ code: 'job-over' });
      await driver.startNext(camera);
      await driver.finish(camera, second.id, {});
      await expect(cancelJob(ports, org, camera, second.id, true)).rejects.toMatchObject({ code: 'job-over' });
    });
  });
}
