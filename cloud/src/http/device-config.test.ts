import { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Problem } from '@rollcall/contract/problem';
import { beforeEach, describe, expect, it } from 'vitest';
import { allowDevice } from '../domain/allow-device.ts';
import { SiteShadows } from '../adapters/local/site-shadows.ts';
import { ShadowStore } from '../store/shadow-store.ts';
import { as } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';

const org = OrganizationId.parse('main');
const camera = DeviceId.parse('camera-1');
const path = `/v1/devices/${camera}/config`;

describe('the configuration of a device', () => {
  let test: ReturnType<typeof testApp>;
  beforeEach(async () => {
    test = testApp();
    await allowDevice(test.deps, org, { id: camera });
  });

  const call = async (method: string, body?: unknown, headers: Record<string, string> = as('operator')) => {
    const answer = await test.app.request(path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, etag: answer.headers.get('etag'), json: await answer.json() };
  };
  const status = async (method: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await call(method, body, headers);
    expect(answer.status).toBe(200);
    return DeviceConfigStatus.parse(answer.json);
  };
  const problem = async (method: string, body?: unknown, headers?: Record<string, string>) =>
    Problem.parse((await call(method, body, headers)).json);
  /** As a device does, on its own shadow. */
  const report = (reported: object) => {
    const { table, clock, log } = test.deps;
    const shadows = new SiteShadows({ shadows: new ShadowStore(table), publish: () => Promise.resolve(), clock, log });
    return shadows.answer(org, camera, 'update', Buffer.from(JSON.stringify({ state: { reported } })));
  };
  const inEffect = { v: 1, camera: 'rpicam:', motion: { masks: [], minArea: 0.008 }, crop: true, logLevel: 'info' };

  it('is empty at first, then waits for the device, then is in effect', async () => {
    expect(await status('GET')).toEqual({
      desired: {},
      reported: null,
      version: 0,
      state: 'waiting',
      problem: null,
      problems: [],
    });
    await report({ ...inEffect, revision: 0 });
    expect(await status('GET')).toMatchObject({ state: 'in-effect', reported: { camera: 'rpicam:' } });
    const set = await status('PUT', { motion: { minArea: 0.02 } });
    expect(set).toMatchObject({ desired: { motion: { minArea: 0.02 } }, version: 1, state: 'waiting' });
    await report({ revision: 1, motion: { minArea: 0.02 } });
    expect(await status('GET')).toMatchObject({ state: 'in-effect', version: 1, problem: null });
  });

  it('says why a device refused it', async () => {
    await status('PUT', { camera: 'v4l2:/dev/video7' });
    await report({ ...inEffect, revision: 1, problems: [{ path: 'camera', message: 'it gave no frame for 180 s' }] });
    expect(await status('GET')).toMatchObject({
      state: 'refused',
      problem: 'camera: it gave no frame for 180 s',
      problems: [{ path: 'camera' }],
      reported: { camera: 'rpicam:' },
    });
    expect(await status('PATCH', { camera: null })).toMatchObject({ state: 'waiting', problem: null, desired: {} });
  });

  it('is replaced by PUT and merged by PATCH, where null takes a setting back', async () => {
    await status('PUT', { motion: { minArea: 0.02, masks: [] }, crop: false });
    expect((await status('PATCH', { motion: { masks: null }, heartbeatMs: 30_000 })).desired).toEqual({
      motion: { minArea: 0.02 },
      crop: false,
      heartbeatMs: 30_000,
    });
    expect((await status('PUT', { logLevel: 'debug' })).desired).toEqual({ logLevel: 'debug' });
  });

  it.each([
    [{ colour: 'red' }, 'colour'],
    [{ motion: { minarea: 0.1 } }, 'motion.minarea'],
    [{ motion: { minArea: 40 } }, 'motion.minArea'],
    [{ heartbeatMs: '60000' }, 'heartbeatMs'],
    [{ camera: 'rtsp://door:secret@10.0.0.5/1' }, 'camera'],
    [{ outbox: { keyFile: '/etc/passwd' } }, 'outbox.keyFile'],
  ])('is refused with 422 and the path of what does not fit: %j', async (body, where) => {
    for (const method of ['PUT', 'PATCH']) {
      const refused = await problem(method, body);
      expect(refused).toMatchObject({ status: 422, code: 'invalid-input', errors: [{ path: where }] });
      expect(JSON.stringify(refused)).not.toContain('secret@');
    }
    expect(await status('GET')).toMatchObject({ desired: {}, version: 0 });
  });

  it('must fit into a shadow of 8 KB beside what the device reports', async () => {
    const mask = Array.from({ length: 32 }, (_, i) => [0.123456789 + i / 100, 0.123456789]);
    const masks = Array.from({ length: 16 }, () => mask);
    expect(await problem('PUT', { motion: { masks } })).toMatchObject({ status: 413, code: 'too-large' });
  });

  it('loses no change of somebody else’s', async () => {
    const { etag } = await call('PUT', { crop: false });
    expect(etag).toBe('"1"');
    await report({ ...inEffect, revision: 1, crop: false });
    await status('PATCH', { crop: true }, { ...as('operator'), 'if-match': '"1"' });
    const late = await problem('PUT', { crop: false }, { ...as('operator'), 'if-match': '"1"' });
    expect(late).toMatchObject({ status: 409, code: 'conflict' });
    expect(late.detail).toContain('version 2 by now');
    expect(await problem('PUT', {}, { ...as('operator'), 'if-match': 'yes' })).toMatchObject({ status: 422 });
    expect(await status('GET')).toMatchObject({ version: 2, desired: { crop: true } });
  });

  it('shows what somebody wrote past the API, and lets it be taken out', async () => {
    await status('PUT', { crop: false });
    await test.deps.shadows.setDesired(org, camera, { colour: 'red' }, undefined);
    expect(await status('GET')).toMatchObject({ desired: { crop: false, colour: 'red' }, state: 'waiting' });
    expect(await problem('PATCH', { crop: true })).toMatchObject({ status: 422, errors: [{ path: 'colour' }] });
    expect((await status('PATCH', { colour: null, crop: true })).desired).toEqual({ crop: true });
  });

  it('is set by those who operate devices, read by those who view, and audited', async () => {
    expect(await call('PUT', {}, as('viewer'))).toMatchObject({ status: 403 });
    expect(await call('GET', undefined, as('kiosk'))).toMatchObject({ status: 403 });
    expect(await call('GET', undefined, as('viewer'))).toMatchObject({ status: 200 });
    await status('PATCH', { crop: false });
    const { items } = await test.deps.auditStore.list(org, { limit: 10 });
    expect(items).toMatchObject([
      { action: 'device.configured', target: `device/${camera}`, details: { version: '1', settings: 'crop' } },
    ]);
  });

  it('is another organization’s business, and gone with the device', async () => {
    await status('PUT', { crop: false });
    expect(await call('GET', undefined, as('admin', 'other'))).toMatchObject({ status: 404 });
    expect(await call('PUT', { crop: true }, as('admin', 'other'))).toMatchObject({ status: 404 });
    await test.app.request(`/v1/devices/${camera}`, { method: 'DELETE', headers: as('operator') });
    await allowDevice(test.deps, org, { id: camera });
    expect(await status('GET')).toMatchObject({ desired: {}, version: 0 });
  });
});
