import type { CaptureCreated, CaptureStatus } from '@rollcall/contract/sighting';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { askApi, type Caller } from './cloud-api.ts';
import { type CloudOrganization, makeOrganization } from './cloud-organization.ts';
import { s3Event } from './s3-event.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const man = (column: number) => ({ row: 0, column });

describe('the way of a picture that somebody hands in, through the bundles', () => {
  let cloud: Cloud;
  let school: CloudOrganization;
  let kiosk: Caller;
  let ada: string;
  beforeAll(async () => {
    cloud = await startCloud();
    school = await makeOrganization(cloud, 'school');
    ada = await school.enroll('Ada', await portrait(man(0)));
    const input = { name: 'Entrance', role: 'kiosk', doorId: 'door-1' };
    const { body } = await school.api<{ key: string }>('POST', '/v1/api-keys', input);
    kiosk = { 'x-api-key': body.key };
  });
  afterAll(() => cloud.stop());
  beforeEach(() => cloud.rekognition.resetCounts());

  /** As the kiosk page does it. @returns the capture, and the key that S3 would tell of. */
  async function handIn(picture: Uint8Array) {
    const { status, body } = await askApi<CaptureCreated>(cloud, kiosk, 'POST', '/v1/captures', {});
    expect(status).toBe(201);
    const { url, method, headers } = body.upload;
    const put = await fetch(url, { method, headers, body: new Uint8Array(picture) });
    expect(put.status).toBe(200);
    const key = new URL(url).pathname.replace(`/${cloud.s3.bucket}/`, '');
    return { id: body.captureId, key };
  }

  async function answer(id: string): Promise<CaptureStatus> {
    return (await askApi<CaptureStatus>(cloud, kiosk, 'GET', `/v1/captures/${id}`)).body;
  }

  it('ends in an answer that the kiosk may show, with one call of Rekognition', async () => {
    const { id, key } = await handIn(await portrait(man(4)));
    expect((await answer(id)).status).toBe('pending');
    await cloud.invoke('upload', s3Event(cloud, key));
    const done = await answer(id);
    expect(done).toMatchObject({ status: 'done', sightings: [{ verdict: 'accepted', person: { id: ada } }] });
    expect(done.sightings).toMatchObject([{ similarity: null, candidates: [] }]);
    await cloud.invoke('upload', s3Event(cloud, key));
    expect(Object.fromEntries(cloud.rekognition.calls)).toEqual({ SearchUsersByImage: 1 });
  });

  it('of several in one event each counts for itself, and those that were finished are not looked at again', async () => {
    const pictures = await Promise.all([0, 4, 6].map((column) => portrait(man(column))));
    const [first, second, third] = await Promise.all(pictures.map(handIn));
    if (!first || !second || !third) throw new Error('expected three');
    const nothingThere = first.key.replace(first.id, '01KD0000000000000000000000');
    const event = s3Event(cloud, nothingThere, 'school/elsewhere/x.upload.jpg', first.key, second.key, third.key);
    const { versions, proxy } = cloud.s3;
    const slow = {
      status: 503,
      headers: { 'content-type': 'application/xml' },
      body: '<Error><Code>SlowDown</Code></Error>',
    };
    proxy.meddling = {
      before: (asked) => (asked.url.includes(second.id) ? slow : versions.before(asked)),
      after: (asked, answered) => versions.after(asked, answered),
    };
    await expect(cloud.invoke('upload', event)).rejects.toMatchObject({
      name: 'Unavailable',
      message: '1 of 5 uploads could not be finished',
    });
    expect(cloud.rekognition.calls.get('SearchUsersByImage')).toBe(2);
    proxy.meddling = versions;
    await cloud.invoke('upload', event);
    for (const { id } of [first, second, third]) expect((await answer(id)).status).toBe('done');
    expect(cloud.rekognition.calls.get('SearchUsersByImage')).toBe(3);
  }, 90_000);

  it('is refused, with the reason, when it is no picture or too large', async () => {
    const { id, key } = await handIn(Buffer.from('no picture'));
    await cloud.invoke('upload', s3Event(cloud, key));
    expect(await answer(id)).toMatchObject({ status: 'failed', reason: expect.stringContaining('JPEG') });
    const large = await handIn(Buffer.alloc(10 * 1024 * 1024 + 1, 0xff));
    await cloud.invoke('upload', s3Event(cloud, large.key));
    expect((await answer(large.id)).status).toBe('failed');
    expect(cloud.rekognition.calls.size).toBe(0);
  });

  it('what S3 says when it is set up, and what is not of our bucket, is let go', async () => {
    await cloud.invoke('upload', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: cloud.s3.bucket });
    const foreign = s3Event({ s3: { bucket: 'other' } }, 'school/captures/2026-01-05/x.upload.jpg');
    await cloud.invoke('upload', foreign);
    expect(cloud.rekognition.calls.size).toBe(0);
  });

  it('what is told in a way that is not known is no silence: it fails, and so comes to the dead letters', async () => {
    const event = { Records: [{ s3: { bucket: { name: cloud.s3.bucket }, object: { Key: 'school/captures/x' } } }] };
    await expect(cloud.invoke('upload', event)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
