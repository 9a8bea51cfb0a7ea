import { ApiKeyCreated } from '@rollcall/contract/access';
import { Person, Photo } from '@rollcall/contract/person';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { as } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';
import { described } from './described-faces-for-tests.ts';

type App = ReturnType<typeof testApp>['app'];

async function send(app: App, org: string, asked: string, body?: object): Promise<Response> {
  const [method = '', path = ''] = asked.split(' ');
  const headers = { ...as('owner', org), ...(body ? { 'content-type': 'application/json' } : {}) };
  return app.request(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}

/** One of everything in the organization `main`. */
async function furnished() {
  const { app } = testApp();
  const make = async (asked: string, body: object) => (await send(app, 'main', asked, body)).json();
  const person = Person.parse(await make('POST /v1/people', { externalId: '1', name: 'Secret', groups: ['8a'] }));
  const consent = { policyVersion: '1', grantedAt: '2026-01-01T00:00:00Z', by: 'Secret' };
  await make(`PUT /v1/people/${person.id}/consent`, consent);
  const upload = { method: 'POST', headers: { ...as('owner'), 'content-type': 'image/jpeg' }, body: described('anna') };
  const photo = Photo.parse(await (await app.request(`/v1/people/${person.id}/photos`, upload)).json());
  const apiKey = ApiKeyCreated.parse(await make('POST /v1/api-keys', { name: 'Secret' }));
  const site = { id: 'secret-site', name: 'Secret', timeZone: 'Europe/Berlin' };
  expect((await send(app, 'main', 'POST /v1/sites', site)).status).toBe(201);
  const door = { id: 'secret-door', name: 'Secret', siteId: 'secret-site' };
  expect((await send(app, 'main', 'POST /v1/doors', door)).status).toBe(201);
  expect((await send(app, 'main', 'POST /v1/devices', { id: 'secret-device' })).status).toBe(201);
  const captured = await make('POST /v1/captures', {});
  const capture = z.object({ id: z.string() }).parse(captured);
  return { app, person, photo, apiKey, capture };
}

describe('another organization’s owner', () => {
  it('finds nothing, changes nothing and takes nothing away', async () => {
    const { app, person, photo, apiKey, capture } = await furnished();
    const consent = { policyVersion: '2', grantedAt: '2026-01-01T00:00:00Z', by: 'x' };
    const asked: readonly (readonly [string, object?])[] = [
      [`GET /v1/people/${person.id}`],
      [`PATCH /v1/people/${person.id}`, { name: 'x' }],
      [`PUT /v1/people/${person.id}/consent`, consent],
      [`GET /v1/people/${person.id}/photos`],
      [`GET /v1/people/${person.id}/photos/${photo.id}`],
      [`DELETE /v1/people/${person.id}/photos/${photo.id}`],
      [`DELETE /v1/people/${person.id}`],
      [`DELETE /v1/api-keys/${apiKey.id}`],
      ['GET /v1/sites/secret-site'],
      ['GET /v1/doors/secret-door'],
      ['PATCH /v1/doors/secret-door', { name: 'x' }],
      ['GET /v1/devices/secret-device'],
      ['DELETE /v1/devices/secret-device'],
      [`GET /v1/captures/${capture.id}`],
    ];
    for (const [what, body] of asked) {
      const answer = await send(app, 'other', what, body);
      expect([what, answer.status]).toEqual([what, 404]);
      const own = await send(app, 'main', what.replace(/^(PATCH|PUT|DELETE)/, 'GET').replace(/\/consent$/, ''));
      expect([what, own.status === 404 && !what.includes('api-keys')]).toEqual([what, false]);
    }
    expect(await (await send(app, 'main', `GET /v1/people/${person.id}`)).json()).toMatchObject({
      name: 'Secret',
      photoCount: 1,
    });
  });

  it('sees nothing in any list', async () => {
    const { app } = await furnished();
    const lists = ['people', 'groups', 'sightings', 'attendance', 'sites', 'doors', 'devices', 'api-keys', 'audit'];
    for (const list of lists) {
      const answer = await send(app, 'other', `GET /v1/${list}`);
      expect([list, answer.status]).toEqual([list, 200]);
      expect((await answer.text()).toLowerCase()).not.toContain('secret');
    }
    expect(await (await send(app, 'other', 'GET /v1/attendance/summary')).text()).toContain('"registered":0');
  });

  it('resembles nobody of this one', async () => {
    const { app } = await furnished();
    const twin = Person.parse(
      await (await send(app, 'other', 'POST /v1/people', { externalId: '1', name: 'Twin' })).json(),
    );
    const consent = { policyVersion: '1', grantedAt: '2026-01-01T00:00:00Z', by: 'Twin' };
    await send(app, 'other', `PUT /v1/people/${twin.id}/consent`, consent);
    const headers = { ...as('owner', 'other'), 'content-type': 'image/jpeg' };
    const added = await app.request(`/v1/people/${twin.id}/photos`, {
      method: 'POST',
      headers,
      body: described('anna'),
    });
    expect(added.status).toBe(201);
  });
});
