import type { DeviceJob, JobStatus } from '@rollcall/contract/device-job';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, NotFound, Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { monotonicFactory } from 'ulid';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { CertificateStore } from '../store/certificate-store.ts';
import { DeviceStore } from '../store/device-store.ts';
import { JobStore } from '../store/job-store.ts';
import { decommissionDevice, followDecommissions } from './decommission-device.ts';
import { MemoryCertificates } from './memory-certificates.test.support.ts';
import { MemoryDeviceShadows } from './memory-device-shadows.test.support.ts';
import { MemoryDeviceJobs } from './memory-device-jobs.test.support.ts';
import { MemoryImages } from './memory-images.test.support.ts';
import { renewCertificates } from './renew-certificates.ts';
import { listJobs, requestJob } from './request-job.ts';

const org = OrganizationId.parse('main');
const id = DeviceId.parse('SN-1');
const week = { deadlineHours: 168 };
const hourMs = 3_600_000;

function setup() {
  const clock = new ManualClock();
  const table = new MemoryTable({ clock });
  const ulid = monotonicFactory();
  const dropped: string[] = [];
  const ports = {
    devices: new DeviceStore(table),
    jobs: new JobStore(table),
    certificates: new CertificateStore(table),
    deviceJobs: new MemoryDeviceJobs(),
    deviceCertificates: new MemoryCertificates(),
    shadows: new MemoryDeviceShadows(),
    images: new MemoryImages(),
    links: {
      online: () => Promise.resolve(new Set<never>()),
      drop: (_: OrganizationId, device: DeviceId) => Promise.resolve(void dropped.push(device)),
    },
    newId: () => ulid(clock.now()),
    clock,
    log: silentLog,
  };
  const create = (state: 'allowed' | 'active' | 'revoked', device = id) => {
    const none = { doorId: null, lastSeenAt: null, health: null, stillAt: null };
    const certificates = { certificate: `of ${device}`, nextCertificate: 'next', oldCertificates: ['old'] };
    return ports.devices.create(org, { id: device, state, ...certificates, ...none });
  };
  const jobs = async (kind: string, device = id) =>
    (await listJobs(ports, org, device, { limit: 20 })).items.filter((job) => job.kind === kind);
  const tell = ({ id: job }: DeviceJob, status: JobStatus) =>
    ports.deviceJobs.progress.set(job, {
      status,
      details: {},
      startedAt: null,
      updatedAt: new Date(clock.now()).toISOString(),
      executionVersion: 5,
    });
  const state = async () => (await ports.devices.get(org, id))?.state;
  return { ports, clock, dropped, create, jobs, tell, state };
}

describe('a device that is taken out of service', () => {
  let test: ReturnType<typeof setup>;
  beforeEach(() => {
    test = setup();
  });
  const follow = () => followDecommissions(test.ports, org);
  const wipeJob = async () => {
    const [job] = await test.jobs('wipe');
    if (!job) throw new Error('expected the order to wipe');
    return job;
  };

  it('may connect until it said that it was wiped; then nothing of its access is left, and the receipt stays', async () => {
    await test.create('active');
    test.ports.shadows.things.add(id);
    await test.ports.shadows.setDesired(org, id, { crop: false });
    const asked = await decommissionDevice(test.ports, org, id, week);
    expect(asked).toMatchObject({ state: 'decommissioning', decommission: { deadline: '2026-01-12T08:00:00.000Z' } });
    await follow();
    expect(await test.state()).toBe('decommissioning');
    test.tell(await wipeJob(), 'SUCCEEDED');
    await follow();
    expect(await test.ports.devices.get(org, id)).toMatchObject({
      state: 'decommissioned',
      certificate: null,
      nextCertificate: null,
      oldCertificates: [],
      decommission: { wipedAt: '2026-01-05T08:00:00.000Z' },
    });
    expect(test.dropped).toEqual([id]);
    expect(await test.ports.shadows.get(org, id)).toBeUndefined();
    expect(test.ports.deviceCertificates).toMatchObject({ retired: ['of SN-1', 'next', 'old'], forgotten: [id] });
    expect(await decommissionDevice(test.ports, org, id, week)).toMatchObject({ state: 'decommissioned' });
    expect(await test.jobs('wipe')).toHaveLength(1);
  });

  it('is ended again from the beginning when that was cut off', async () => {
    await test.create('active');
    await decommissionDevice(test.ports, org, id, week);
    test.tell(await wipeJob(), 'SUCCEEDED');
    test.ports.deviceCertificates.faults.push(new Unavailable('the service is away'));
    await follow();
    expect(await test.state()).toBe('decommissioning');
    await follow();
    expect(await test.state()).toBe('decommissioned');
  });

  it('is asked again, after a while, when it failed, and when the order got lost', async () => {
    await test.create('active');
    test.ports.deviceJobs.isAway = true;
    await expect(decommissionDevice(test.ports, org, id, week)).rejects.toThrow(Unavailable);
    expect(await test.state()).toBe('decommissioning');
    test.ports.deviceJobs.isAway = false;
    await follow();
    test.tell(await wipeJob(), 'FAILED');
    await follow();
    expect(await test.jobs('wipe')).toHaveLength(1);
    test.clock.advance(hourMs);
    await follow();
    expect(await test.jobs('wipe')).toHaveLength(2);
  });

  it('loses its access at its deadline if it never came, and is on record as not wiped', async () => {
    await test.create('active');
    await decommissionDevice(test.ports, org, id, { deadlineHours: 1 });
    test.clock.advance(hourMs - 1);
    await follow();
    expect(await test.state()).toBe('decommissioning');
    test.clock.advance(1);
    await follow();
    expect(await test.ports.devices.get(org, id)).toMatchObject({ state: 'revoked', decommission: { wipedAt: null } });
    expect((await wipeJob()).status).toBe('CANCELED');
  });

  it('does not hold up the others', async () => {
    const other = DeviceId.parse('SN-2');
    for (const device of [id, other]) {
      await test.create('active', device);
      await decommissionDevice(test.ports, org, device, week);
    }
    for (const device of [id, other]) for (const job of await test.jobs('wipe', device)) test.tell(job, 'SUCCEEDED');
    test.ports.deviceCertificates.faults.push(new Unavailable('the service is away'));
    await follow();
    const states = await Promise.all([id, other].map(async (one) => (await test.ports.devices.get(org, one))?.state));
    expect(new Set(states)).toEqual(new Set(['decommissioned', 'decommissioning']));
  });

  it('is wiped each time, also when it was wiped and allowed again before', async () => {
    await test.create('active');
    await decommissionDevice(test.ports, org, id, week);
    test.tell(await wipeJob(), 'SUCCEEDED');
    await follow();
    test.clock.advance(hourMs);
    await test.ports.devices.change(org, id, (device) => ({ ...device, state: 'active', decommission: null }));
    await decommissionDevice(test.ports, org, id, week);
    await follow();
    expect(await test.state()).toBe('decommissioning');
    expect((await test.jobs('wipe')).map(({ status }) => status)).toEqual(['QUEUED', 'SUCCEEDED']);
    test.tell(await wipeJob(), 'SUCCEEDED');
    await follow();
    expect(await test.ports.devices.get(org, id)).toMatchObject({
      state: 'decommissioned',
      decommission: { wipedAt: '2026-01-05T09:00:00.000Z' },
    });
  });

  it('does nothing else first, however much it was asked while it was away', async () => {
    await test.create('active');
    for (let n = 0; n < 20; n++) await requestJob(test.ports, org, id, { kind: 'restart' });
    expect(await decommissionDevice(test.ports, org, id, week)).toMatchObject({ state: 'decommissioning' });
    const waiting = await test.ports.jobs.pending(org, id, 30);
    expect(waiting.map(({ document }) => document.kind)).toEqual(['wipe']);
    expect(await decommissionDevice(test.ports, org, id, week)).toMatchObject({ state: 'decommissioning' });
    expect((await test.jobs('wipe')).map(({ status }) => status)).toEqual(['QUEUED']);
  });

  it.each([
    ['allowed', /has never come.*remove it/],
    ['revoked', /may not come any more.*remove it/],
  ] as const)('cannot be told when it is %s', async (state, said) => {
    await test.create(state);
    await expect(decommissionDevice(test.ports, org, id, week)).rejects.toThrow(said);
    await expect(decommissionDevice(test.ports, org, DeviceId.parse('x'), week)).rejects.toThrow(NotFound);
  });

  it('is wiped in no other way', async () => {
    await test.create('active');
    await expect(requestJob(test.ports, org, id, { kind: 'wipe' })).rejects.toThrow(Conflict);
  });
});

describe('a certificate that nears its end', () => {
  it('is renewed by its device, which is told once a day', async () => {
    const { ports, clock, create, jobs } = setup();
    await create('active');
    const at = (ms: number) => new Date(clock.now() + ms).toISOString();
    const record = { kind: 'device', deviceId: id, createdAt: at(0), renewAt: at(hourMs) } as const;
    await ports.certificates.put(org, { ...record, fingerprint: 'of SN-1' });
    await ports.certificates.put(org, { ...record, fingerprint: 'of nobody' });
    await renewCertificates(ports, org);
    expect(await jobs('rotate')).toEqual([]);
    clock.advance(2 * hourMs);
    for (let hour = 0; hour < 30; hour++) {
      await renewCertificates(ports, org);
      clock.advance(hourMs);
    }
    expect(await jobs('rotate')).toHaveLength(2);
    expect(await ports.certificates.get(org, 'of nobody')).toBeUndefined();
    await ports.devices.change(org, id, (device) => ({ ...device, state: 'revoked' }));
    clock.advance(48 * hourMs);
    await renewCertificates(ports, org);
    expect(await jobs('rotate')).toHaveLength(2);
  });
});
