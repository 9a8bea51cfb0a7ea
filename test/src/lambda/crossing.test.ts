import type { DeviceJob } from '@rollcall/contract/device-job';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { portrait } from '../contract/face-pictures.ts';
import { captureMessage, heartbeatMessage, passageOf } from '../site/door-messages.ts';
import { askApi, type Caller } from './cloud-api.ts';
import { type CloudOrganization, makeOrganization, ruleEvent } from './cloud-organization.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const Rule = z.enum(['health', 'passage', 'report', 'capture']);
const ada = { row: 0, column: 0 };
const now = new Date().toISOString();
const consent = { policyVersion: '1', grantedAt: now, by: 'Ada' };

/** Each way to something by its id, with a body that would be taken. */
const ways: Readonly<Record<string, object | undefined>> = {
  'GET /v1/people/{id}': undefined,
  'PATCH /v1/people/{id}': { name: 'Taken' },
  'DELETE /v1/people/{id}': undefined,
  'PUT /v1/people/{id}/consent': consent,
  'POST /v1/people/{id}/photos': await portrait(ada),
  'GET /v1/people/{id}/photos': undefined,
  'GET /v1/people/{id}/photos/{photoId}': undefined,
  'DELETE /v1/people/{id}/photos/{photoId}': undefined,
  'GET /v1/people/{id}/attendance': undefined,
  'GET /v1/captures/{id}': undefined,
  'GET /v1/sightings/{id}': undefined,
  'GET /v1/sightings/{id}/photo': undefined,
  'POST /v1/sightings/{id}/resolve': { dismiss: true },
  'GET /v1/sites/{id}': undefined,
  'PATCH /v1/sites/{id}': { name: 'Taken' },
  'GET /v1/doors/{id}': undefined,
  'PATCH /v1/doors/{id}': { name: 'Taken' },
  'GET /v1/doors/{id}/passages': undefined,
  'GET /v1/devices/{id}': undefined,
  'PATCH /v1/devices/{id}': { doorId: 'door-1' },
  'DELETE /v1/devices/{id}': undefined,
  'GET /v1/devices/{id}/still': undefined,
  'POST /v1/devices/{id}/revoke': undefined,
  'POST /v1/devices/{id}/replace': { by: 'SN-2' },
  'POST /v1/devices/{id}/decommission': {},
  'POST /v1/devices/{id}/jobs': { kind: 'restart' },
  'GET /v1/devices/{id}/jobs': undefined,
  'GET /v1/devices/{id}/jobs/{jobId}': undefined,
  'GET /v1/devices/{id}/jobs/{jobId}/report': undefined,
  'POST /v1/devices/{id}/jobs/{jobId}/cancel': { force: true },
  'GET /v1/devices/{id}/config': undefined,
  'PUT /v1/devices/{id}/config': { logLevel: 'debug' },
  'PATCH /v1/devices/{id}/config': { logLevel: 'debug' },
  'POST /v1/device-claims/{id}/revoke': undefined,
  'DELETE /v1/api-keys/{id}': undefined,
};

describe('what is one organization’s, asked for by another', () => {
  /** Both planes of AWS IoT. */
  const iot = new IotEmulator();
  let cloud: Cloud;
  let north: CloudOrganization;
  let south: CloudOrganization;
  /** What north has: ids by collection, and what is below them. */
  let ids: Readonly<Record<string, string>>;
  let described: readonly string[];
  beforeAll(async () => {
    const endpoint = await iot.start();
    cloud = await startCloud({ AWS_ENDPOINT_URL_IOT: endpoint, ROLLCALL_IOT_ENDPOINT: endpoint });
    north = await makeOrganization(cloud, 'north');
    south = await makeOrganization(cloud, 'south');
    ids = await furnish(cloud, iot, north);
    await south.addCamera('SN-2');
    const { body } = await askApi<{ paths: Record<string, object> }>(cloud, {}, 'GET', '/openapi.json');
    described = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  });
  afterAll(async () => {
    await cloud.stop();
    await iot.stop();
  });

  const pathOf = (way: string) => {
    const [method = '', pattern = ''] = way.split(' ');
    const collection = pattern.split('/')[2] ?? '';
    const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => ids[name === 'id' ? collection : name] ?? name);
    return { method, path };
  };
  const southern = async (): Promise<readonly Caller[]> => [
    { authorization: `Bearer ${await cloud.issuer.token({ org: 'south', role: 'owner' })}` },
    south.owner,
  ];
  /** Everything that north may read, and what AWS IoT was told. */
  const state = async () => {
    const reads = described.filter((way) => way.startsWith('GET /v1/') && !/audit|api-keys|\/me$/.test(way));
    const answers = [];
    for (const way of reads) answers.push([way, (await ask(north.owner, way)).body]);
    return { answers, certificates: [...iot.certificates], events: [...iot.events], jobs: iot.jobs.jobs.size };
  };
  const ask = (caller: Caller, way: string, body = ways[way]) => {
    const { method, path } = pathOf(way);
    return askApi(cloud, caller, method, path, body);
  };

  it('is all tried here: each way of the API that names something', () => {
    expect(described.filter((way) => way.includes('{')).toSorted()).toEqual(Object.keys(ways).toSorted());
  });

  it('is there for its own', async () => {
    for (const way of Object.keys(ways).filter((one) => one.startsWith('GET '))) {
      expect([way, (await ask(north.owner, way)).status]).toEqual([way, 200]);
    }
  });

  it('is not there for another, whether by token or by key, and nothing becomes of asking', async () => {
    const before = await state();
    for (const caller of await southern()) {
      for (const way of Object.keys(ways)) expect([way, (await ask(caller, way)).status]).toEqual([way, 404]);
    }
    expect(await state()).toEqual(before);
  });

  it('is in no list of another’s', async () => {
    const secrets = [...Object.values(ids), 'Ada', 'The north'];
    for (const caller of await southern()) {
      for (const way of described.filter((one) => /^GET \/v1\/[^{]*$/.test(one))) {
        const { status, body } = await ask(caller, way);
        expect([way, status]).toEqual([way, 200]);
        expect([way, secrets.filter((secret) => JSON.stringify(body).includes(secret))]).toEqual([way, []]);
      }
    }
  });

  it('cannot be named in what another makes', async () => {
    const made: readonly (readonly [string, object, number])[] = [
      ['/v1/captures', { doorId: ids['doors'] }, 422],
      ['/v1/devices', { id: 'SN-5', doorId: ids['doors'] }, 422],
      ['/v1/devices', { id: ids['devices'] }, 409],
      ['/v1/doors', { name: 'Taken', siteId: ids['sites'] }, 422],
      ['/v1/api-keys', { name: 'Taken', role: 'kiosk', doorId: ids['doors'] }, 422],
    ];
    for (const [path, body, status] of made) {
      expect([path, (await south.api('POST', path, body)).status]).toEqual([path, status]);
    }
    const own = await askApi(cloud, south.owner, 'POST', '/v1/devices/SN-2/replace', { by: ids['devices'] });
    expect(own.status).toBe(409);
    expect((await south.api('GET', `/v1/sightings?personId=${ids['people']}`)).body).toMatchObject({ items: [] });
  });

  it('is not answered to another who sends the same with the same Idempotency-Key', async () => {
    const input = { externalId: 'same', name: 'Same' };
    const answers = [];
    for (const { owner } of [north, south]) {
      answers.push(
        await askApi<{ id: string }>(cloud, { ...owner, 'idempotency-key': 'k1' }, 'POST', '/v1/people', input),
      );
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(2);
  });

  it('is not changed by another’s device: its health, its passages, its reports', async () => {
    const before = await state();
    const device = { org: 'south', deviceId: ids['devices'], receivedAt: Date.now() };
    const { passage } = passageOf([]);
    const messages = {
      health: heartbeatMessage(await portrait(ada), '6.6.6'),
      passage,
      report: {
        v: 1,
        reportId: ulid(),
        jobId: ids['jobId'],
        at: now,
        kind: 'snapshot',
        contentType: 'image/jpeg',
        body: '/9j/4AAB',
      },
      capture: captureMessage(await portrait(ada)),
    };
    const published = iot.published.length;
    for (const [rule, message] of Object.entries(messages)) {
      const payload = Buffer.from(JSON.stringify(message)).toString('base64');
      // In the name of north’s device in south, and of south’s in north.
      await cloud.invoke(Rule.parse(rule), { ...device, payload });
      await cloud.invoke(Rule.parse(rule), { ...device, org: 'north', deviceId: 'SN-2', payload });
    }
    // A job of north, answered by south’s own device.
    const payload = Buffer.from(JSON.stringify(messages.report)).toString('base64');
    await cloud.invoke('report', { ...device, deviceId: 'SN-2', payload });
    expect(iot.published.slice(published).filter(({ topic }) => topic.includes('/north/'))).toEqual([]);
    expect(await state()).toEqual(before);
  });
});

/** One of everything. */
async function furnish(cloud: Cloud, iot: IotEmulator, north: CloudOrganization): Promise<Record<string, string>> {
  const person = await north.enroll('Ada', await portrait(ada));
  const { body: photos } = await north.api<{ items: { id: string }[] }>('GET', `/v1/people/${person}/photos`);
  await north.api('POST', '/v1/sites', { id: 'north-site', name: 'North site', timeZone: 'Europe/Berlin' });
  await north.api('POST', '/v1/doors', { id: 'north-door', name: 'North door', siteId: 'north-site' });
  const camera = await north.addCamera('SN-1');
  iot.jobs.things.add(camera.id);
  const { captures, passage } = passageOf([await portrait({ row: 0, column: 4 })]);
  for (const capture of captures) await cloud.invoke('capture', ruleEvent('capture', north.org, camera.id, capture));
  await cloud.invoke('passage', ruleEvent('passage', north.org, camera.id, passage));
  const health = Buffer.from(JSON.stringify(heartbeatMessage(await portrait(ada, 80))));
  await cloud.invoke('health', ruleEvent('health', north.org, camera.id, health));
  await north.api('PATCH', '/v1/devices/SN-1/config', { logLevel: 'warn' });
  const { body: job } = await north.api<DeviceJob>('POST', '/v1/devices/SN-1/jobs', { kind: 'snapshot' });
  iot.jobs.handOut(job.id);
  const report = {
    v: 1,
    reportId: ulid(),
    jobId: job.id,
    at: now,
    kind: 'snapshot',
    contentType: 'image/jpeg',
    body: '/9j/4AAB',
  };
  await cloud.invoke('report', ruleEvent('report', north.org, camera.id, Buffer.from(JSON.stringify(report))));
  const { body: claim } = await north.api<{ id: string }>('POST', '/v1/device-claims', { name: 'Delivery' });
  const { body: key } = await north.api<{ id: string }>('POST', '/v1/api-keys', { name: 'Script', role: 'viewer' });
  return {
    people: person,
    photoId: photos.items[0]?.id ?? '',
    sites: 'north-site',
    doors: 'north-door',
    devices: camera.id,
    captures: captures[0]?.captureId ?? '',
    sightings: `${passage.passageId}.1`,
    jobId: job.id,
    'device-claims': claim.id,
    'api-keys': key.id,
  };
}
