import { gzipSync } from 'node:zlib';
import type { Ack } from '@rollcall/contract/capture';
import { AuditEntry } from '@rollcall/contract/audit';
import { DeviceJob } from '@rollcall/contract/device-job';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { pageOf } from '@rollcall/contract/page';
import { silentLog } from '@rollcall/kit/log';
import { beforeEach, describe, expect, it } from 'vitest';
import { acceptReport } from '../domain/accept-report.ts';
import { allowDevice } from '../domain/allow-device.ts';
import { expirePictures } from '../domain/expire-pictures.ts';
import { goodReport } from '../domain/check-report.test.support.ts';
import { MemoryDeviceJobs } from '../domain/memory-device-jobs.test.support.ts';
import { testApp } from './app-for-tests.ts';
import { as } from './api-for-tests.ts';

const org = OrganizationId.parse('main');
const camera = DeviceId.parse('camera-1');
const path = '/v1/devices/camera-1/jobs';
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

async function setup() {
  const deviceJobs = new MemoryDeviceJobs();
  const test = testApp({ deviceJobs });
  const { app, deps } = test;
  await allowDevice(deps, org, { id: camera });
  await deps.devices.change(org, camera, (device) => ({ ...device, state: 'active' }));
  const call = async (method: string, at: string, body?: unknown, headers: object = as('operator')) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.request(at, {
      method,
      headers: { ...headers, ...json },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const isJson = (answer.headers.get('content-type') ?? '').includes('/json') || answer.status >= 400;
    return { status: answer.status, headers: answer.headers, body: isJson ? await answer.json() : undefined, answer };
  };
  const ask = async (document: object) => DeviceJob.parse((await call('POST', path, document)).body);
  const read = async (id: string) => DeviceJob.parse((await call('GET', `${path}/${id}`)).body);
  const list = async (query = '') => pageOf(DeviceJob).parse((await call('GET', `${path}${query}`)).body);
  const lastAudited = async () => {
    const { body } = await call('GET', '/v1/audit', undefined, as('owner'));
    return pageOf(AuditEntry).parse(body).items[0];
  };
  const acks: Ack[] = [];
  const ports = {
    ...deps,
    acks: { publishAck: (_: unknown, __: unknown, ack: Ack) => Promise.resolve(void acks.push(ack)) },
    log: silentLog,
  };
  /** What the device sends for a job. */
  const report = async (jobId: string, changes: Readonly<Record<string, unknown>> = {}, deviceId = camera) => {
    const message = {
      v: 1,
      reportId: deps.newId(),
      jobId,
      kind: 'snapshot',
      at: '2026-01-05T08:00:00.000Z',
      contentType: 'image/jpeg',
      body: jpeg.toString('base64'),
      ...changes,
    };
    const payload = Buffer.from(JSON.stringify(message));
    await acceptReport(ports, { org, deviceId, payload, receivedAt: deps.clock.now() });
    return acks.at(-1);
  };
  return { ...test, call, ask, read, list, lastAudited, report, acks, deviceJobs };
}

describe('jobs of a device', () => {
  let test: Awaited<ReturnType<typeof setup>>;
  beforeEach(async () => {
    test = await setup();
  });

  it('are asked for by operators, put into the queue, and on record', async () => {
    const answer = await test.call('POST', path, { kind: 'logs' });
    expect(answer).toMatchObject({ status: 201, body: { kind: 'logs', status: 'QUEUED', details: {}, report: null } });
    const { id } = DeviceJob.parse(answer.body);
    expect(answer.headers.get('location')).toBe(`${path}/${id}`);
    expect(test.deviceJobs.queued).toMatchObject([{ id, document: { kind: 'logs', lines: 500 } }]);
    expect(await test.read(id)).toEqual(answer.body);
    expect(await test.lastAudited()).toMatchObject({
      action: 'device.job-requested',
      target: 'device/camera-1',
      details: { jobId: id, kind: 'logs' },
    });
  });

  it('are refused when they are no jobs, or for devices that cannot do them', async () => {
    expect(await test.call('POST', path, { kind: 'dance' })).toMatchObject({ status: 422 });
    expect(await test.call('POST', path, { kind: 'logs', lines: 0 })).toMatchObject({ status: 422 });
    expect(await test.call('POST', '/v1/devices/nobody/jobs', { kind: 'restart' })).toMatchObject({ status: 404 });
    await allowDevice(test.deps, org, { id: DeviceId.parse('camera-2') });
    const early = await test.call('POST', '/v1/devices/camera-2/jobs', { kind: 'restart' });
    expect(early).toMatchObject({ status: 409, body: { code: 'device-not-active' } });
    expect((await test.call('POST', path, { kind: 'restart' }, as('viewer'))).status).toBe(403);
    expect(test.deviceJobs.queued).toEqual([]);
  });

  it('leave nothing behind when the queue is away', async () => {
    test.deviceJobs.isAway = true;
    expect((await test.call('POST', path, { kind: 'restart' })).status).toBe(503);
    expect((await test.list()).items).toEqual([]);
  });

  it('are no more than twenty at a time', async () => {
    for (let count = 0; count < 20; count++) await test.ask({ kind: 'restart' });
    const more = await test.call('POST', path, { kind: 'restart' });
    expect(more).toMatchObject({ status: 409, body: { detail: expect.stringContaining('20 jobs wait') } });
    const page = await test.list('?limit=15');
    expect(page.items).toHaveLength(15);
    const rest = await test.list(`?limit=15&cursor=${encodeURIComponent(page.nextCursor ?? '')}`);
    const ids = [...page.items, ...rest.items].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(20);
  });

  it('are followed, and canceled by force alone when the device is at them', async () => {
    const { id } = await test.ask({ kind: 'snapshot' });
    const at = '2026-01-05T08:00:01.000Z';
    test.deviceJobs.progress.set(id, {
      status: 'IN_PROGRESS',
      details: {},
      startedAt: at,
      updatedAt: at,
      executionVersion: 2,
    });
    expect(await test.read(id)).toMatchObject({ status: 'IN_PROGRESS', startedAt: at });
    const refused = await test.call('POST', `${path}/${id}/cancel`, {});
    expect(refused).toMatchObject({ status: 409, body: { code: 'job-running' } });
    const canceled = await test.call('POST', `${path}/${id}/cancel`, { force: true });
    expect(canceled).toMatchObject({ status: 200, body: { status: 'CANCELED' } });
    expect(test.deviceJobs.canceled).toEqual([id]);
  });

  it('are canceled with the device’s access, so that it does not find them when it is allowed again', async () => {
    const { id } = await test.ask({ kind: 'restart' });
    expect((await test.call('POST', '/v1/devices/camera-1/revoke')).status).toBe(200);
    expect(await test.read(id)).toMatchObject({ status: 'CANCELED' });
    expect(test.deviceJobs.canceled).toEqual([id]);
    expect(await test.call('POST', path, { kind: 'restart' })).toMatchObject({ status: 409 });
  });

  it('are another organization’s to see as little as the device', async () => {
    const { id } = await test.ask({ kind: 'snapshot' });
    await test.report(id);
    const other = as('owner', 'other');
    for (const at of [path, `${path}/${id}`, `${path}/${id}/report`]) {
      expect((await test.call('GET', at, undefined, other)).status).toBe(404);
    }
    expect((await test.call('POST', path, { kind: 'restart' }, other)).status).toBe(404);
    expect((await test.call('POST', `${path}/${id}/cancel`, {}, other)).status).toBe(404);
  });
});

describe('what a job brings', () => {
  let test: Awaited<ReturnType<typeof setup>>;
  beforeEach(async () => {
    test = await setup();
  });

  it('is kept, acked, shown as what it is, and who looks at it is on record', async () => {
    const { id } = await test.ask({ kind: 'snapshot' });
    expect((await test.call('GET', `${path}/${id}/report`)).status).toBe(404);
    expect(await test.report(id)).toMatchObject({ status: 'stored' });
    expect((await test.read(id)).report).toEqual({
      contentType: 'image/jpeg',
      bytes: 7,
      at: '2026-01-05T08:00:00.000Z',
    });
    const { answer } = await test.call('GET', `${path}/${id}/report`);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(jpeg);
    expect(await test.lastAudited()).toMatchObject({ action: 'device.report-viewed', details: { jobId: id } });
    expect((await test.call('GET', `${path}/${id}/report`, undefined, as('viewer'))).status).toBe(403);
  });

  it('is kept once, however often it comes', async () => {
    const { id } = await test.ask({ kind: 'snapshot' });
    const reportId = test.deps.newId();
    for (let time = 0; time < 3; time++) {
      expect(await test.report(id, { reportId })).toEqual({ id: reportId, status: 'stored' });
    }
    expect([...test.pictures.keys()]).toEqual([`main/reports/2026-01-05/${reportId}.jpg`]);
  });

  it('of a log is packed as it came', async () => {
    const { id } = await test.ask({ kind: 'logs' });
    const body = gzipSync('{"event":"started"}\n').toString('base64');
    await test.report(id, { kind: 'logs', contentType: 'application/x-ndjson', encoding: 'gzip', body });
    const { answer } = await test.call('GET', `${path}/${id}/report`);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  });

  it('of a check is what was measured, and nothing else', async () => {
    const { id } = await test.ask({ kind: 'check' });
    expect(test.deviceJobs.queued).toMatchObject([{ document: { kind: 'check', seconds: 10 } }]);
    const measured = (report: object, more: object = {}) => {
      const body = Buffer.from(JSON.stringify(report)).toString('base64');
      return test.report(id, { kind: 'check', contentType: 'application/json', body, ...more });
    };
    const { still } = goodReport;
    const svg = { ...still, image: Buffer.from('<svg/>').toString('base64') };
    expect(await measured({ ...goodReport, still: svg })).toMatchObject({ status: 'refused' });
    expect(await measured({ ...goodReport, name: 'Ada' })).toMatchObject({ status: 'refused' });
    expect(await measured(goodReport, { contentType: 'image/jpeg' })).toMatchObject({ status: 'refused' });
    expect(await measured(goodReport)).toMatchObject({ status: 'stored' });
    const { body, headers } = await test.call('GET', `${path}/${id}/report`);
    expect(body).toEqual(goodReport);
    expect(headers.get('content-type')).toBe('application/json');
    expect(await test.lastAudited()).toMatchObject({ action: 'device.report-viewed', details: { jobId: id } });
    for (const seconds of [2, 61, 'long']) {
      expect((await test.call('POST', path, { kind: 'check', seconds })).status).toBe(422);
    }
  });

  it.each([
    ['of a job that there is not', { jobId: '01ARZ3NDEKTSV4RRFFQ69G5FAV-snapshot' }],
    ['of another kind than its job', { kind: 'logs' }],
    ['that is no JPEG', { body: Buffer.from('<html>').toString('base64') }],
    ['that is not packed as it says', { encoding: 'gzip' }],
    ['with a field too many', { org: 'other' }],
    ['of a type that is not known', { contentType: 'text/html' }],
  ])('is refused when it is one %s', async (_, changes) => {
    const { id } = await test.ask({ kind: 'snapshot' });
    expect(await test.report(id, changes)).toMatchObject({ status: 'refused' });
    expect(test.pictures.size).toBe(0);
  });

  it('is refused from another device than the one that was asked', async () => {
    const { id } = await test.ask({ kind: 'snapshot' });
    expect(await test.report(id, {}, DeviceId.parse('camera-2'))).toMatchObject({ status: 'refused' });
  });

  it('is deleted after as many days as unknown faces', async () => {
    const { id } = await test.ask({ kind: 'snapshot' });
    await test.report(id);
    const { unknownDays } = (await test.deps.organizations.get(org)).retention;
    test.clock.advance(unknownDays * 86_400_000);
    await expirePictures(test.deps, org);
    expect((await test.call('GET', `${path}/${id}/report`)).status).toBe(200);
    test.clock.advance(86_400_000);
    await expirePictures(test.deps, org);
    expect(test.pictures.size).toBe(0);
    expect((await test.call('GET', `${path}/${id}/report`)).status).toBe(404);
  });
});
