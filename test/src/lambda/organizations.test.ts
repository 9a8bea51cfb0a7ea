import { ListCollectionsCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import type { Attendance } from '@rollcall/contract/attendance';
import type { CaptureCreated } from '@rollcall/contract/sighting';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAccount } from '../aws/test-credentials.ts';
import { portrait } from '../contract/face-pictures.ts';
import { captureMessage, passageOf } from '../site/door-messages.ts';
import { askApi, type Caller } from './cloud-api.ts';
import { type CloudOrganization, hookEvent, makeOrganization, presenceEvent, ruleEvent } from './cloud-organization.ts';
import { s3Event } from './s3-event.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const ada = { row: 0, column: 0 };

describe('two organizations in one deployment', () => {
  let cloud: Cloud;
  let north: CloudOrganization;
  let south: CloudOrganization;
  let camera: Awaited<ReturnType<CloudOrganization['addCamera']>>;
  let southCamera: typeof camera;
  beforeAll(async () => {
    cloud = await startCloud();
    north = await makeOrganization(cloud, 'north');
    south = await makeOrganization(cloud, 'south');
    camera = await north.addCamera('SN-1');
    southCamera = await south.addCamera('SN-2');
    await north.enroll('Ada', await portrait(ada));
    await south.enroll('Somebody', await portrait({ row: 3, column: 3 }));
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    cloud.iot.published.length = 0;
    cloud.rekognition.resetCounts();
  });

  const asToken = async (org: string, role = 'owner'): Promise<Caller> => ({
    authorization: `Bearer ${await cloud.issuer.token({ org, role })}`,
  });

  it('each have a collection of their own, in which nobody of the other is known', async () => {
    const { region, credentials } = testAccount;
    const client = new RekognitionClient({ region, credentials, endpoint: cloud.rekognition.endpoint });
    const { CollectionIds } = await client.send(new ListCollectionsCommand());
    client.destroy();
    expect(CollectionIds?.toSorted()).toEqual(['rollcall.north', 'rollcall.south']);
    const picture = await portrait({ row: 0, column: 4 });
    await cloud.invoke('capture', ruleEvent('capture', south.org, southCamera.id, captureMessage(picture)));
    await cloud.invoke('capture', ruleEvent('capture', north.org, camera.id, captureMessage(picture)));
    expect(await present(south)).toEqual([]);
    expect((await present(north)).map((row) => row.name)).toEqual(['Ada']);
    expect(new Set(cloud.iot.published.map(({ topic }) => topic.split('/')[1]))).toEqual(new Set(['north', 'south']));
    const told = cloud.iot.published.filter(({ topic }) => topic.startsWith('rollcall/south/'));
    expect(told.map(({ payload }) => payload.toString()).join()).not.toContain('Ada');
  });

  it('what a device publishes in the name of the other is let go without an answer', async () => {
    const capture = captureMessage(await portrait(ada));
    await cloud.invoke('capture', ruleEvent('capture', south.org, camera.id, capture));
    const { passage } = passageOf([]);
    await cloud.invoke('passage', ruleEvent('passage', south.org, camera.id, passage));
    expect(cloud.iot.published).toEqual([]);
    expect(cloud.rekognition.calls.size).toBe(0);
    expect((await south.api('GET', `/v1/captures/${capture.captureId}`)).status).toBe(404);
    const { lines } = await cloud.functionOf('capture');
    expect(lines.join('\n')).toContain('message-of-nobody');
  });

  it('an id that the other has used is one’s own here, and shows nothing of the other’s', async () => {
    const capture = captureMessage(await portrait(ada));
    await cloud.invoke('capture', ruleEvent('capture', north.org, camera.id, capture));
    await cloud.invoke('capture', ruleEvent('capture', south.org, southCamera.id, capture));
    const [ofNorth, ofSouth] = await Promise.all(
      [north, south].map((one) => one.api<{ sightings: unknown[] }>('GET', `/v1/captures/${capture.captureId}`)),
    );
    expect(ofNorth?.body).toMatchObject({ status: 'done', sightings: [{ person: { name: 'Ada' } }] });
    expect(JSON.stringify(ofSouth?.body)).not.toContain('Ada');
  });

  it('a token reads nothing of the other: captures, people, photos, devices', async () => {
    const capture = captureMessage(await portrait(ada));
    await cloud.invoke('capture', ruleEvent('capture', north.org, camera.id, capture));
    const { body: people } = await north.api<{ items: { id: string }[] }>('GET', '/v1/people');
    const person = people.items[0]?.id ?? '';
    const { body: photos } = await north.api<{ items: { id: string }[] }>('GET', `/v1/people/${person}/photos`);
    const paths = [
      `/v1/captures/${capture.captureId}`,
      `/v1/people/${person}`,
      `/v1/people/${person}/photos/${photos.items[0]?.id}`,
      `/v1/people/${person}/attendance`,
      `/v1/sightings/${capture.passageId}.1`,
      `/v1/sightings/${capture.passageId}.1/photo`,
      `/v1/devices/${camera.id}`,
    ];
    const [own, others] = [await asToken('north'), await asToken('south')];
    const statuses = async (caller: Caller, requests: readonly (readonly [method: string, path: string])[]) => {
      const answers: [string, number][] = [];
      for (const [method, path] of requests) answers.push([path, (await askApi(cloud, caller, method, path)).status]);
      return answers;
    };
    const reads = paths.map((path) => ['GET', path] as const);
    expect(await statuses(own, reads)).toEqual(paths.map((path) => [path, 200]));
    expect(await statuses(others, reads)).toEqual(paths.map((path) => [path, 404]));
    const writes = [
      ['DELETE', `/v1/people/${person}`],
      ['DELETE', `/v1/devices/${camera.id}`],
      ['POST', `/v1/devices/${camera.id}/revoke`],
    ] as const;
    expect(await statuses(others, writes)).toEqual(writes.map(([, path]) => [path, 404]));
    expect(cloud.iotControl.requests).toEqual([]);
    expect((await askApi(cloud, own, 'GET', `/v1/people/${person}`)).status).toBe(200);
  });

  it('a token of an organization that there is not, or that somebody else signed, counts nowhere', async () => {
    expect((await askApi(cloud, await asToken('south'), 'GET', '/v1/me')).status).toBe(200);
    expect((await askApi(cloud, await asToken('west'), 'GET', '/v1/me')).status).toBe(401);
    const [header, , signature] = (await cloud.issuer.token({ org: 'south', role: 'viewer' })).split('.');
    const claims = Buffer.from(JSON.stringify({ org: 'north', role: 'owner', exp: 9_999_999_999 })).toString(
      'base64url',
    );
    const forged = { authorization: `Bearer ${header}.${claims}.${signature}` };
    expect((await askApi(cloud, forged, 'GET', '/v1/me')).status).toBe(401);
  });

  it('a picture under the key of one is never a capture of the other', async () => {
    const { body } = await north.api<CaptureCreated>('POST', '/v1/captures', {});
    const { url, method, headers } = body.upload;
    const put = (to: string) => fetch(to, { method, headers, body: 'not yet' });
    expect((await put(url.replace('/north/', '/south/'))).status).toBe(403);
    const key = new URL(url).pathname.replace(`/${cloud.s3.bucket}/`, '');
    await cloud.invoke('upload', s3Event(cloud, key.replace('north/', 'south/')));
    await cloud.invoke('upload', s3Event(cloud, key.replace('north/', 'south/../north/')));
    expect((await north.api('GET', `/v1/captures/${body.captureId}`)).body).toMatchObject({ status: 'pending' });
  });

  it('a serial number that one has allowed cannot be taken by the other, nor provisioned into it', async () => {
    const taken = await south.api('POST', '/v1/devices', { id: 'SN-1' });
    expect(taken.status).toBe(409);
    await north.api('POST', '/v1/devices', { id: 'SN-3' });
    const byTheirs = await cloud.invoke('provisioning-hook', hookEvent('SN-3', 'c'.repeat(64), south.claim));
    expect(byTheirs).toEqual({ allowProvisioning: false });
    const answer = await cloud.invoke('provisioning-hook', hookEvent('SN-3', 'c'.repeat(64), north.claim));
    expect(answer).toEqual({ allowProvisioning: true, parameterOverrides: { SerialNumber: 'SN-3', Org: 'north' } });
  });

  it('a client that takes the name of the other’s device is not that device', async () => {
    await cloud.invoke('presence', presenceEvent('disconnected', camera.id, 'd'.repeat(64)));
    expect((await north.api('GET', `/v1/devices/${camera.id}`)).body).toMatchObject({ online: true });
  });

  it('are made once, and listed for whoever operates the deployment', async () => {
    const again = { action: 'create', id: 'north', name: 'Taken over' };
    await expect(cloud.invoke('organizations', again)).rejects.toMatchObject({ name: 'Conflict' });
    await expect(cloud.invoke('organizations', { action: 'create-key', id: 'west' })).rejects.toMatchObject({
      name: 'NotFound',
    });
    const bad = { action: 'create', id: 'North#1' };
    await expect(cloud.invoke('organizations', bad)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(await cloud.invoke('organizations', { action: 'list' })).toMatchObject({
      organizations: [{ id: 'north' }, { id: 'south' }],
    });
  });
});

async function present(one: CloudOrganization): Promise<Attendance[]> {
  const { body } = await one.api<{ items: Attendance[] }>('GET', '/v1/attendance?status=present');
  return body.items;
}
