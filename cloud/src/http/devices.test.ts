import { DeviceId, DoorId, OrganizationId, PassageId } from '@rollcall/contract/ids';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryCertificates } from '../domain/memory-certificates.test.support.ts';
import { MemoryDeviceJobs } from '../domain/memory-device-jobs.test.support.ts';
import { MemoryImages } from '../domain/memory-images.test.support.ts';
import { stillKey } from '../domain/record-heartbeat.ts';
import { SiteShadows } from '../adapters/local/site-shadows.ts';
import { CertificateStore } from '../store/certificate-store.ts';
import { DeviceStore } from '../store/device-store.ts';
import { JobStore } from '../store/job-store.ts';
import { PlaceStore } from '../store/place-store.ts';
import { PassageLog } from '../store/passage-log.ts';
import { ShadowStore } from '../store/shadow-store.ts';
import { as, testApi, testDeps } from './api-for-tests.ts';
import { deviceRoutes } from './devices.ts';
import { doorRoutes } from './doors.ts';
import { siteRoutes } from './sites.ts';

const org = OrganizationId.parse('main');

function setup() {
  const base = testDeps();
  const images = new MemoryImages();
  const dropped: string[] = [];
  const deps = {
    ...base,
    devices: new DeviceStore(base.table),
    certificates: new CertificateStore(base.table),
    places: new PlaceStore(base.table),
    images,
    jobs: new JobStore(base.table),
    passageLog: new PassageLog(base.table),
    deviceJobs: new MemoryDeviceJobs(),
    deviceCertificates: new MemoryCertificates(),
    shadows: new SiteShadows({ ...base, shadows: new ShadowStore(base.table), publish: () => Promise.resolve() }),
    links: {
      online: (_: OrganizationId, ids: readonly DeviceId[]) => Promise.resolve(new Set(ids.slice(0, 1))),
      drop: (_: OrganizationId, id: DeviceId) => Promise.resolve(void dropped.push(id)),
    },
  };
  const api = testApi(deps, deviceRoutes(deps), doorRoutes(deps), siteRoutes(deps));
  const call = async (method: string, path: string, body?: unknown, headers: object = as('operator')) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await api.request(path, {
      method,
      headers: { ...headers, ...json },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, type, body: type.includes('json') ? await answer.json() : undefined };
  };
  return { deps, pictures: images.pictures, dropped, call };
}

describe('sites and doors', () => {
  let test: ReturnType<typeof setup>;
  beforeEach(() => {
    test = setup();
  });

  it('are added, listed and changed; ids are made of the names', async () => {
    expect(await test.call('POST', '/v1/sites', { name: 'Main', timeZone: 'Asia/Kolkata' })).toMatchObject({
      status: 201,
      body: { id: 'main', timeZone: 'Asia/Kolkata' },
    });
    for (const id of ['flugeltur', 'flugeltur-2']) {
      expect(await test.call('POST', '/v1/doors', { name: 'Flügeltür' })).toMatchObject({
        status: 201,
        body: { id, siteId: 'main', direction: 'both' },
      });
    }
    expect(await test.call('POST', '/v1/doors', { name: '入口' })).toMatchObject({ body: { id: 'door' } });
    expect(await test.call('PATCH', '/v1/doors/door', { direction: 'in' })).toMatchObject({
      status: 200,
      body: { name: '入口', direction: 'in' },
    });
    expect(await test.call('GET', '/v1/doors', undefined, as('viewer'))).toMatchObject({
      body: { items: [{ id: 'door' }, { id: 'flugeltur' }, { id: 'flugeltur-2' }], nextCursor: null },
    });
    expect(await test.call('PATCH', '/v1/sites/main', { timeZone: 'Mars/Olympus' })).toMatchObject({ status: 422 });
  });

  it('refuse a taken id, a site that is not there, and who may not', async () => {
    await test.call('POST', '/v1/sites', { id: 'main', name: 'Main', timeZone: 'UTC' });
    expect(await test.call('POST', '/v1/sites', { id: 'main', name: 'X', timeZone: 'UTC' })).toMatchObject({
      status: 409,
    });
    expect(await test.call('POST', '/v1/doors', { name: 'X', siteId: 'nowhere' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'siteId' }] },
    });
    expect(await test.call('POST', '/v1/doors', { name: 'X' }, as('viewer'))).toMatchObject({ status: 403 });
    expect(await test.call('GET', '/v1/doors', undefined, as('kiosk'))).toMatchObject({ status: 403 });
    expect(await test.call('GET', '/v1/sites/main', undefined, as('admin', 'other'))).toMatchObject({ status: 404 });
  });
});

function passage(n: number) {
  return {
    id: PassageId.parse(`01J0000000000000000000000${n}`),
    doorId: DoorId.parse('door-1'),
    deviceId: DeviceId.parse('camera-1'),
    openedAt: `2026-01-05T08:00:0${n}.000Z`,
    closedAt: `2026-01-05T08:00:0${n}.500Z`,
    clockTrusted: true,
    frames: 9,
    captures: [],
    ended: 'quiet' as const,
  };
}

describe('devices', () => {
  let test: ReturnType<typeof setup>;
  beforeEach(async () => {
    test = setup();
    await test.call('POST', '/v1/sites', { id: 'main', name: 'Main', timeZone: 'UTC' });
    await test.call('POST', '/v1/doors', { id: 'door-1', name: 'Entrance' });
    await test.call('POST', '/v1/devices', { id: 'camera-1', doorId: 'door-1' });
  });

  it('are allowed once, and anew after they were revoked', async () => {
    expect(await test.call('GET', '/v1/devices/camera-1')).toMatchObject({
      status: 200,
      body: { id: 'camera-1', doorId: 'door-1', state: 'allowed', online: true, health: null },
    });
    expect(await test.call('POST', '/v1/devices', { id: 'camera-1' })).toMatchObject({ status: 409 });
    expect(await test.call('POST', '/v1/devices/camera-1/revoke')).toMatchObject({ body: { state: 'revoked' } });
    expect(test.dropped).toEqual(['camera-1']);
    expect(await test.call('POST', '/v1/devices', { id: 'camera-1' })).toMatchObject({
      status: 201,
      body: { state: 'allowed', doorId: 'door-1' },
    });
  });

  it('tell at their door what passed, newest first, to those who may see it', async () => {
    for (const n of [1, 3, 2, 2]) await test.deps.passageLog.add(org, passage(n), 2_000_000_000);
    const path = '/v1/doors/door-1/passages';
    expect(await test.call('GET', path, undefined, as('viewer'))).toMatchObject({
      status: 200,
      body: { items: [passage(3), passage(2), passage(1)], nextCursor: null },
    });
    const when = '?from=2026-01-05T08:00:01.500Z&to=2026-01-05T08:00:02.000Z';
    expect(await test.call('GET', `${path}${when}`)).toMatchObject({ body: { items: [passage(2)] } });
    expect(await test.call('GET', path, undefined, as('kiosk'))).toMatchObject({ status: 403 });
    expect(await test.call('GET', '/v1/doors/door-9/passages')).toMatchObject({ status: 404 });
    expect(await test.call('GET', `${path}?from=yesterday`)).toMatchObject({ status: 422 });
  });

  it('that two people allow at the same time are allowed once, and the other one is told in words', async () => {
    const both = await Promise.all([1, 2].map(() => test.call('POST', '/v1/devices', { id: 'camera-2' })));
    const refused = both.find(({ status }) => status === 409);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 409]));
    expect(refused?.body).toMatchObject({ code: 'conflict', detail: expect.not.stringContaining('#') });
  });

  it('never show their certificate', async () => {
    const { body } = await test.call('GET', '/v1/devices');
    expect(JSON.stringify(body)).not.toContain('certificate');
  });

  it('show their last picture, and forget it with themselves', async () => {
    const id = DeviceId.parse('camera-1');
    expect(await test.call('GET', '/v1/devices/camera-1/still')).toMatchObject({ status: 404 });
    test.pictures.set(stillKey(org, id), Uint8Array.of(0xff, 0xd8, 0xff));
    await test.deps.devices.change(org, id, (device) => ({ ...device, stillAt: '2026-01-05T08:00:00.000Z' }));
    expect(await test.call('GET', '/v1/devices/camera-1/still', undefined, as('viewer'))).toMatchObject({
      status: 200,
      type: 'image/jpeg',
    });
    expect(await test.call('DELETE', '/v1/devices/camera-1')).toMatchObject({ status: 204 });
    expect(test.pictures.size).toBe(0);
    expect(await test.call('GET', '/v1/devices/camera-1')).toMatchObject({ status: 404 });
    expect(await test.call('DELETE', '/v1/devices/camera-1')).toMatchObject({ status: 404 });
  });

  it('are assigned to doors of their own organization', async () => {
    expect(await test.call('PATCH', '/v1/devices/camera-1', { doorId: 'door-9' })).toMatchObject({ status: 422 });
    expect(await test.call('PATCH', '/v1/devices/camera-1', { doorId: null })).toMatchObject({
      body: { doorId: null },
    });
    const elsewhere = as('owner', 'other');
    for (const [method, path] of [
      ['GET', '/v1/devices/camera-1'],
      ['POST', '/v1/devices/camera-1/revoke'],
      ['DELETE', '/v1/devices/camera-1'],
      ['GET', '/v1/devices/camera-1/still'],
    ] as const) {
      expect(await test.call(method, path, undefined, elsewhere)).toMatchObject({ status: 404 });
    }
    expect(await test.call('POST', '/v1/devices', { id: 'camera-2', doorId: 'door-1' }, elsewhere)).toMatchObject({
      status: 422,
    });
  });

  it('are changed by operators and above', async () => {
    expect(await test.call('POST', '/v1/devices', { id: 'camera-2' }, as('admin'))).toMatchObject({ status: 201 });
    expect(await test.call('POST', '/v1/devices/camera-2/revoke', undefined, as('viewer'))).toMatchObject({
      status: 403,
    });
    expect(await test.call('GET', '/v1/devices', undefined, as('kiosk'))).toMatchObject({ status: 403 });
  });
});
