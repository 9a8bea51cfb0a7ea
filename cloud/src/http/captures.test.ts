import { CaptureCreated, CaptureStatus } from '@rollcall/contract/sighting';
import { describe, expect, it } from 'vitest';
import { type DrawnFace, drawing } from '../domain/drawing-engine.test.support.ts';
import { as } from './api-for-tests.ts';
import { bodyOf, problemIn, testRecognitionApi } from './recognition-for-tests.ts';

const kiosk = as('kiosk', 'main', 'door-1');

function setUp() {
  const { site, api } = testRecognitionApi();
  const post = (body: object, headers: Record<string, string> = kiosk) =>
    api.request('/v1/captures', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const read = async (id: string, headers: Record<string, string> = kiosk) =>
    api.request(`/v1/captures/${id}`, { headers });
  /** From asking for an upload to the answer. */
  const handIn = async (faces: readonly DrawnFace[], headers = kiosk) => {
    const created = await bodyOf(post({}, headers), CaptureCreated);
    const key = new URL(created.upload.url).pathname.slice('/uploads/'.length);
    await site.images.put(key, drawing(faces));
    await site.recognition.onUploaded(key);
    await site.idle();
    return { created, key, answer: await bodyOf(read(created.id, headers), CaptureStatus) };
  };
  return { site, api, post, read, handIn };
}

describe('POST /v1/captures', () => {
  it('answers where to upload the picture, as an absolute address, and is pending until then', async () => {
    const { post, read } = setUp();
    const answer = await post({});
    expect(answer.status).toBe(201);
    const created = await bodyOf(answer, CaptureCreated);
    expect(created).toMatchObject({
      id: created.captureId,
      upload: {
        url: expect.stringMatching(/^http:\/\/localhost\/uploads\/main\/captures\/2026-01-05\//),
        method: 'PUT',
        headers: { 'content-type': 'image/jpeg' },
        expiresAt: '2026-01-05T07:05:00.000Z',
      },
    });
    expect(await bodyOf(read(created.id), CaptureStatus)).toEqual({
      id: created.id,
      captureId: created.id,
      status: 'pending',
      sightings: [],
    });
  });

  it('is for kiosks at their own door, and for admins at any door that is there', async () => {
    const { post } = setUp();
    expect((await post({ doorId: 'door-2' })).status).toBe(403);
    expect((await post({ doorId: 'door-1' })).status).toBe(201);
    expect((await post({}, as('viewer'))).status).toBe(403);
    expect((await post({ doorId: 'door-1' }, as('admin'))).status).toBe(201);
    const unknown = await post({ doorId: 'door-2' }, as('admin'));
    expect(unknown.status).toBe(422);
    expect((await problemIn(unknown)).errors).toEqual([
      { path: 'doorId', message: 'expected a door of this organization' },
    ]);
  });
});

describe('GET /v1/captures/{id}', () => {
  it('tells a kiosk who it is and when, and never how similar or who else', async () => {
    const { site, handIn } = setUp();
    await site.recognition.start();
    const ada = await site.register('Ada');
    const { answer } = await handIn([{ who: 'ada', like: { [ada]: 97 } }]);
    expect(answer).toMatchObject({
      status: 'done',
      sightings: [
        {
          verdict: 'accepted',
          reason: 'recognized',
          person: { name: 'Ada' },
          similarity: null,
          candidates: [],
          doorId: 'door-1',
          deviceId: null,
          attendance: { status: 'present', firstSeenAt: '2026-01-05T07:00:00.000Z', marked: true },
        },
      ],
    });
    site.clock.advance(60_000);
    const again = await handIn([{ who: 'ada', like: { [ada]: 97 } }]);
    expect(again.answer.sightings).toMatchObject([
      {
        attendance: { firstSeenAt: '2026-01-05T07:00:00.000Z', lastSeenAt: '2026-01-05T07:01:00.000Z', marked: false },
      },
    ]);
  });

  it('says at once that it is in doubt, or why a picture is of no use', async () => {
    const { site, handIn } = setUp();
    await site.recognition.start();
    const ada = await site.register('Ada');
    const doubtful = await handIn([{ who: 'ada', like: { [ada]: 90 } }]);
    expect(doubtful.answer.sightings).toMatchObject([
      { verdict: 'doubtful', reason: 'not sure who this is', person: null },
    ]);
    const nobody = await handIn([]);
    expect(nobody.answer.sightings).toMatchObject([{ verdict: 'unusable', reason: 'no face in the picture' }]);
    const far = await handIn([{ who: 'ada', width: 18, like: { [ada]: 99 } }]);
    expect(far.answer.sightings).toMatchObject([{ verdict: 'unusable', reason: 'face only 18 pixels wide: needs 36' }]);
  });

  it('shows an admin all of it', async () => {
    const { site, handIn, read } = setUp();
    await site.recognition.start();
    const ada = await site.register('Ada');
    const { created } = await handIn([{ who: 'ada', like: { [ada]: 90 } }]);
    const answer = await bodyOf(read(created.id, as('admin')), CaptureStatus);
    expect(answer.sightings).toMatchObject([
      { similarity: 90, candidates: [{ person: { name: 'Ada' }, similarity: 90 }] },
    ]);
  });

  it('is not there for another organization, another door or another kiosk', async () => {
    const { post, read } = setUp();
    const { id } = await bodyOf(post({}, as('admin')), CaptureCreated);
    expect((await read(id, as('viewer'))).status).toBe(200);
    expect((await read(id, as('admin', 'other'))).status).toBe(404);
    expect((await read(id, kiosk)).status).toBe(404);
    const { id: mine } = await bodyOf(post({}), CaptureCreated);
    expect((await read(mine, as('kiosk', 'main', 'door-2'))).status).toBe(404);
    expect((await read('no-ulid')).status).toBe(404);
  });
});

describe('an upload', () => {
  it('that is no picture fails the capture, and says so', async () => {
    const { site, post, read } = setUp();
    const { id, upload } = await bodyOf(post({}), CaptureCreated);
    const key = new URL(upload.url).pathname.slice('/uploads/'.length);
    await site.images.put(key, new TextEncoder().encode('<svg/>'));
    await expect(site.recognition.onUploaded(key)).rejects.toMatchObject({ code: 'not-an-image' });
    expect(await bodyOf(read(id), CaptureStatus)).toMatchObject({
      status: 'failed',
      reason: 'expected a JPEG, PNG or WebP picture',
    });
    expect(site.images.pictures.has(key)).toBe(false);
  });

  it('that never comes fails the capture a minute after its time', async () => {
    const { site, post, read } = setUp();
    const { id, upload } = await bodyOf(post({}), CaptureCreated);
    site.clock.advance(6 * 60_000 + 1);
    await site.recognition.timers['close-passages']();
    expect(await bodyOf(read(id), CaptureStatus)).toMatchObject({
      status: 'failed',
      reason: 'no picture arrived in time',
    });
    const key = new URL(upload.url).pathname.slice('/uploads/'.length);
    await site.images.put(key, drawing([]));
    await expect(site.recognition.onUploaded(key)).rejects.toMatchObject({ name: 'Denied' });
  });

  it('is taken once, however often it is told of', async () => {
    const { site, handIn } = setUp();
    await site.recognition.start();
    const ada = await site.register('Ada');
    const { key } = await handIn([{ who: 'ada', like: { [ada]: 97 } }]);
    await site.recognition.onUploaded(key);
    await site.idle();
    expect(site.engine.searches).toBe(1);
    await expect(site.recognition.onUploaded('main/photos/x.jpg')).rejects.toMatchObject({ name: 'NotFound' });
  });
});
