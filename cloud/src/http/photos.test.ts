import { OrganizationId } from '@rollcall/contract/ids';
import { Photo, Person } from '@rollcall/contract/person';
import { Problem } from '@rollcall/contract/problem';
import { Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { sweepUnfinishedPhotos } from '../domain/discard-photo.ts';
import { as } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';
import { described } from './described-faces-for-tests.ts';

const main = OrganizationId.parse('main');

async function enrolling(changes: Parameters<typeof testApp>[0] = {}) {
  const test = testApp(changes);
  const send = (method: string, path: string, body: object) =>
    test.app.request(path, {
      method,
      headers: { ...as('admin'), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const person = async (externalId: string, consented = true, method = 'face') => {
    const answer = await send('POST', '/v1/people', { externalId, name: externalId, method });
    const { id } = Person.parse(await answer.json());
    const consent = { policyVersion: '1', grantedAt: '2026-01-01T00:00:00Z', by: 'the person' };
    if (consented) await send('PUT', `/v1/people/${id}/consent`, consent);
    return id;
  };
  const add = (id: string, faces: string, query = '', type = 'image/jpeg') =>
    test.app.request(`/v1/people/${id}/photos${query}`, {
      method: 'POST',
      headers: { ...as('admin'), 'content-type': type },
      body: described(faces),
    });
  return { ...test, person, add };
}

async function problem(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const said = Problem.parse(await answer.json());
  expect(said.status).toBe(answer.status);
  return said;
}

describe('a photo', () => {
  it('is added with what was measured, counted, listed, shown and deleted', async () => {
    const { app, add, person, pictures, engine } = await enrolling();
    const id = await person('1');
    const answer = await add(id, 'anna:90');
    expect(answer.status).toBe(201);
    const photo = Photo.parse(await answer.json());
    expect(photo).toMatchObject({
      photoId: photo.id,
      personId: id,
      engine: 'described/1',
      quality: { facePixels: 90 },
    });
    expect(photo.quality.advice).toEqual(['Come closer: the face is small in the picture.']);
    const read = (path: string) => app.request(`/v1/people/${id}${path}`, { headers: as('viewer') });
    expect(await (await read('')).json()).toMatchObject({ photoCount: 1 });
    expect(await (await read('/photos')).json()).toEqual({ items: [photo], nextCursor: null });
    const shown = await read(`/photos/${photo.id}`);
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(described('anna:90'));
    const audit = await app.request('/v1/audit?limit=1', { headers: as('admin') });
    expect(await audit.json()).toMatchObject({ items: [{ action: 'photo.viewed', subject: 'viewer-of-main' }] });
    const gone = { method: 'DELETE', headers: as('admin') };
    expect((await app.request(`/v1/people/${id}/photos/${photo.id}`, gone)).status).toBe(204);
    expect((await app.request(`/v1/people/${id}/photos/${photo.id}`, gone)).status).toBe(404);
    expect([pictures.size, engine.size]).toEqual([0, 0]);
  });

  it('is not looked at before there is consent', async () => {
    const { add, person, engine } = await enrolling({
      normalizePicture: () => Promise.reject(new Error('looked at')),
    });
    const said = await problem(await add(await person('1', false), 'anna'));
    expect(said).toMatchObject({ code: 'consent-missing', status: 409 });
    expect(engine.size).toBe(0);
  });

  it.each([
    ['', 'no-face'],
    ['anna ben', 'several-faces'],
    ['anna:30', 'face-too-small'],
    ['anna:200:3', 'too-blurred'],
  ])('of “%s” is refused as %s, and nothing is kept', async (faces, code) => {
    const { add, person, pictures, engine } = await enrolling();
    const said = await problem(await add(await person('1'), faces));
    expect(said).toMatchObject({ code, status: 422 });
    expect([pictures.size, engine.size]).toEqual([0, 0]);
  });

  it('may show a bystander far behind', async () => {
    const { add, person } = await enrolling();
    expect((await add(await person('1'), 'anna:200 ben:80')).status).toBe(201);
  });

  it('that is no picture, of another type, too large or of nobody is refused', async () => {
    const { app, add, person } = await enrolling();
    const id = await person('1');
    const send = (body: string | Uint8Array<ArrayBuffer>, type: string, more: object = {}) =>
      app.request(`/v1/people/${id}/photos`, {
        method: 'POST',
        headers: { ...as('admin'), 'content-type': type, ...more },
        body,
      });
    expect(await problem(await send('nonsense', 'image/png'))).toMatchObject({ code: 'not-an-image', status: 422 });
    expect(await problem(await send('x', 'image/gif'))).toMatchObject({ code: 'unsupported-media-type', status: 415 });
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    expect(await problem(await send(large, 'image/jpeg'))).toMatchObject({ code: 'too-large', status: 413 });
    const lying = await send(large, 'image/jpeg', { 'content-length': '10' });
    expect(await problem(lying)).toMatchObject({ code: 'too-large', status: 413 });
    expect(await problem(await add('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'anna'))).toMatchObject({ code: 'not-found' });
  });

  it('that looks like somebody else says who, and is taken when forced', async () => {
    const { add, person } = await enrolling();
    const [anna, twin] = [await person('1'), await person('2')];
    expect((await add(anna, 'anna')).status).toBe(201);
    expect(await problem(await add(twin, 'anna'))).toMatchObject({
      code: 'looks-like-someone-else',
      status: 409,
      personId: anna,
    });
    expect((await add(twin, 'anna', '?force=true')).status).toBe(201);
    expect((await add(anna, 'anna')).status).toBe(201);
  });

  it('is the twentieth at most, and none for who is marked by hand', async () => {
    const { add, person } = await enrolling();
    const id = await person('1');
    for (let n = 0; n < 20; n++) expect((await add(id, 'anna')).status).toBe(201);
    expect(await problem(await add(id, 'anna'))).toMatchObject({ code: 'conflict', status: 409 });
    expect((await add(await person('2', true, 'manual'), 'ben')).status).toBe(409);
  });

  it('of which the vector could not be kept leaves nothing behind', async () => {
    const { add, person, pictures, engine, deps } = await enrolling();
    engine.index = () => Promise.reject(new Unavailable('busy'));
    const answer = await add(await person('1'), 'anna');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(pictures.size).toBe(0);
    expect(await deps.unfinishedPhotos.list(main)).toEqual([]);
  });

  it('that a dead process left half-way is removed after the next start, and one that it finished is kept', async () => {
    const { add, person, pictures, engine, deps } = await enrolling();
    const id = await person('1');
    const whole = Photo.parse(await (await add(id, 'anna')).json());
    const half = Photo.parse(await (await add(id, 'anna')).json());
    await deps.people.change(main, whole.personId, (record) => ({ ...record, photos: [whole] }));
    for (const { id: photoId } of [whole, half]) {
      await deps.unfinishedPhotos.begin(main, { personId: whole.personId, photoId, since: 0 });
    }
    expect(await sweepUnfinishedPhotos(deps, main, { atStart: true })).toBe(2);
    expect([...pictures.keys()]).toEqual([`main/photos/${id}/${whole.id}.jpg`]);
    expect(engine.size).toBe(1);
    expect(await deps.unfinishedPhotos.list(main)).toEqual([]);
  });
});
