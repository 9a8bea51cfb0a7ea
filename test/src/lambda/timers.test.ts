import { functionName } from '@rollcall/cloud/manifest';
import type { CaptureCreated, CaptureStatus } from '@rollcall/contract/sighting';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { type CloudOrganization, makeOrganization } from './cloud-organization.ts';
import { s3Event } from './s3-event.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

describe('timers, through the bundles', () => {
  let cloud: Cloud;
  let school: CloudOrganization;
  beforeAll(async () => {
    cloud = await startCloud();
    school = await makeOrganization(cloud, 'a-school');
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    cloud.handedOver.length = 0;
  });

  /** Who a kiosk would see: somebody hands in a picture. */
  async function seen(picture: Uint8Array) {
    const { body } = await school.api<CaptureCreated>('POST', '/v1/captures', {});
    const { url, method, headers } = body.upload;
    await fetch(url, { method, headers, body: new Uint8Array(picture) });
    await cloud.invoke('upload', s3Event(cloud, new URL(url).pathname.replace(`/${cloud.s3.bucket}/`, '')));
    const answer = await school.api<CaptureStatus>('GET', `/v1/captures/${body.captureId}`);
    return answer.body.sightings.map(({ verdict, person }) => ({ verdict, id: person?.id }));
  }

  it('index photos again after an organization got a newer face model, once, and not before it is asked for', async () => {
    const ada = await school.enroll('Ada', await portrait({ row: 0, column: 0 }));
    const picture = await portrait({ row: 0, column: 4 });
    expect(await seen(picture)).toEqual([{ verdict: 'accepted', id: ada }]);
    await cloud.invoke('timers', { timer: 'reindex-photos' });
    expect(await cloud.invoke('organizations', { action: 'renew-faces', id: school.org })).toEqual({
      renewed: school.org,
    });
    expect(await seen(picture)).toEqual([{ verdict: 'unknown', id: undefined }]);
    await cloud.invoke('timers', { timer: 'reindex-photos' });
    expect(await seen(picture)).toEqual([{ verdict: 'accepted', id: ada }]);
    cloud.rekognition.resetCounts();
    await cloud.invoke('timers', { timer: 'reindex-photos' });
    expect(cloud.rekognition.calls.size).toBe(0);
    const unknown = cloud.invoke('organizations', { action: 'renew-faces', id: 'nowhere' });
    await expect(unknown).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('take fifty organizations each, and hand the others to further invocations', async () => {
    for (let n = 0; n < 59; n++) {
      await cloud.invoke('organizations', { action: 'create', id: `school-${String(n).padStart(2, '0')}` });
    }
    await cloud.invoke('timers', { timer: 'close-passages' });
    const [handed, ...more] = cloud.handedOver;
    expect(more).toEqual([]);
    expect(handed?.path).toContain(functionName('rollcall', 'timers'));
    const event = JSON.parse(handed?.body ?? '');
    expect(event).toEqual({
      timer: 'close-passages',
      organizations: Array.from({ length: 10 }, (_, n) => `school-${n + 49}`),
    });
    await cloud.invoke('timers', event);
    expect(cloud.handedOver).toHaveLength(1);
    const tooMany = Array.from({ length: 51 }, (_, n) => `school-${n}`);
    const refused = cloud.invoke('timers', { timer: 'close-passages', organizations: tooMany });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
