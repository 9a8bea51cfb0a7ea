import { Group } from '@rollcall/contract/group';
import { OrganizationId, PersonId } from '@rollcall/contract/ids';
import { pageOf } from '@rollcall/contract/page';
import { ForgetReceipt, Person } from '@rollcall/contract/person';
import { Problem } from '@rollcall/contract/problem';
import { describe, expect, it } from 'vitest';
import { as } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';

const main = OrganizationId.parse('main');
const json = { 'content-type': 'application/json' };
const consent = { policyVersion: '1', grantedAt: '2026-01-01T00:00:00Z', by: 'Ada' };

type App = ReturnType<typeof testApp>['app'];

async function send(
  app: App,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = as('admin'),
) {
  return app.request(path, {
    method,
    headers: { ...headers, ...json },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

async function register(app: App, externalId: string, more: object = {}): Promise<Person> {
  const answer = await send(app, 'POST', '/v1/people', { externalId, name: `Person ${externalId}`, ...more });
  expect(answer.status).toBe(201);
  return Person.parse(await answer.json());
}

async function list(app: App, query = '') {
  const answer = await app.request(`/v1/people${query}`, { headers: as('viewer') });
  return pageOf(Person).parse(await answer.json());
}

describe('people', () => {
  it('are registered, read, changed and listed by name', async () => {
    const { app } = testApp();
    const zoe = await register(app, '2', { name: 'Zoe', groups: ['A', 'A'] });
    const anna = await register(app, '1', { name: 'anna', email: 'anna@example.org' });
    expect(zoe).toMatchObject({ externalId: '2', groups: ['A'], method: 'face', consent: null, photoCount: 0 });
    expect((await list(app)).items.map((p) => p.name)).toEqual(['anna', 'Zoe']);
    const changed = await send(app, 'PATCH', `/v1/people/${anna.id}`, { name: 'Änne' });
    expect(await changed.json()).toMatchObject({ id: anna.id, name: 'Änne', email: 'anna@example.org' });
    const read = await app.request(`/v1/people/${anna.id}`, { headers: as('viewer') });
    expect(await read.json()).toMatchObject({ name: 'Änne' });
  });

  it('lose their email when it is changed to null', async () => {
    const { app } = testApp();
    const anna = await register(app, '1', { email: 'anna@example.org' });
    const changed = await send(app, 'PATCH', `/v1/people/${anna.id}`, { email: null });
    expect(await changed.json()).not.toHaveProperty('email');
  });

  it('come page by page, each once', async () => {
    const { app } = testApp();
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await register(app, name, { name });
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const page: { items: Person[]; nextCursor: string | null } = await list(app, `?limit=2&cursor=${cursor}`);
      seen.push(...page.items.map((p) => p.name));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(names);
  });

  it('are found by a part of the name or number, without case and accents, and by group', async () => {
    const { app } = testApp();
    await register(app, 'S-100', { name: 'José Álvarez', groups: ['8a'] });
    await register(app, 'S-200', { name: 'Mia Berg', groups: ['8a', '9b'] });
    await register(app, 'T-300', { name: 'Noah Berg', groups: ['9b'] });
    const names = async (query: string) => (await list(app, query)).items.map((p) => p.name);
    expect(await names('?query=jose')).toEqual(['José Álvarez']);
    expect(await names('?query=s-2')).toEqual(['Mia Berg']);
    expect(await names('?query=BERG&limit=1')).toEqual(['Mia Berg']);
    expect(await names('?groupId=9b')).toEqual(['Mia Berg', 'Noah Berg']);
    expect(await names('?groupId=8a&query=mia')).toEqual(['Mia Berg']);
    expect(await names('?query=nobody')).toEqual([]);
  });

  it('leave and enter groups with every change', async () => {
    const { app } = testApp();
    const groups = async () => {
      const answer = await app.request('/v1/groups', { headers: as('viewer') });
      return pageOf(Group)
        .parse(await answer.json())
        .items.map((g) => `${g.name}:${g.people}`);
    };
    const mia = await register(app, '1', { name: 'Mia', groups: ['8a', 'chess'] });
    await register(app, '2', { name: 'Noah', groups: ['8a'] });
    expect(await groups()).toEqual(['8a:2', 'chess:1']);
    await send(app, 'PATCH', `/v1/people/${mia.id}`, { name: 'Maria', groups: ['8b'] });
    expect(await groups()).toEqual(['8a:1', '8b:1']);
    expect((await list(app, '?groupId=8b')).items.map((p) => p.name)).toEqual(['Maria']);
  });
});

describe('an external id', () => {
  it('is one person’s in an organization, and may be another’s elsewhere', async () => {
    const { app } = testApp();
    const first = await register(app, '7');
    const again = await send(app, 'POST', '/v1/people', { externalId: '7', name: 'Other' });
    expect(again.status).toBe(409);
    expect(Problem.parse(await again.json()).code).toBe('external-id-taken');
    const elsewhere = await send(app, 'POST', '/v1/people', { externalId: '7', name: 'Other' }, as('admin', 'other'));
    expect(elsewhere.status).toBe(201);
    await register(app, '8');
    expect((await send(app, 'PATCH', `/v1/people/${first.id}`, { externalId: '8' })).status).toBe(409);
    expect((await send(app, 'PATCH', `/v1/people/${first.id}`, { externalId: '7' })).status).toBe(200);
  });

  it('is free again when its person changed it or was forgotten', async () => {
    const { app } = testApp();
    const first = await register(app, '7');
    await send(app, 'PATCH', `/v1/people/${first.id}`, { externalId: '9' });
    await register(app, '7');
    await send(app, 'DELETE', `/v1/people/${first.id}`);
    expect((await register(app, '9')).externalId).toBe('9');
  });

  it('goes to one of many who ask at the same time', async () => {
    const { app } = testApp();
    const asked = Array.from({ length: 8 }, () => send(app, 'POST', '/v1/people', { externalId: '7', name: 'X' }));
    const statuses = (await Promise.all(asked)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(7);
    expect((await list(app)).items).toHaveLength(1);
  });

  it('of a process that died half-way brings its person about, once', async () => {
    const { app, deps } = testApp();
    const model = await register(app, '1');
    const id = PersonId.parse(deps.newId());
    const { photoCount: _, ...rest } = model;
    const pending = { ...rest, id, externalId: '7', photos: [] };
    await deps.externalIds.claim(main, '7', { personId: id, claimedAt: deps.clock.now(), pending });
    expect((await send(app, 'POST', '/v1/people', { externalId: '7', name: 'X' })).status).toBe(409);
    expect((await list(app)).items.map((p) => p.externalId).sort()).toEqual(['1', '7']);
  });

  it('that a dead process claimed for a change is free after a minute', async () => {
    const { app, deps, clock } = testApp();
    const holder = await register(app, '1');
    const claim = { personId: holder.id, claimedAt: deps.clock.now(), pending: null };
    await deps.externalIds.claim(main, '7', claim);
    expect((await send(app, 'POST', '/v1/people', { externalId: '7', name: 'X' })).status).toBe(409);
    clock.advance(61_000);
    await register(app, '7');
  });
});

describe('forgetting a person', () => {
  it('removes record, photos and vectors, and answers the same receipt again', async () => {
    const { app, pictures, engine } = testApp();
    const person = await register(app, '1', { groups: ['8a'] });
    await send(app, 'PUT', `/v1/people/${person.id}/consent`, consent);
    for (const width of [200, 220]) {
      const photo = {
        method: 'POST',
        headers: { ...as('admin'), 'content-type': 'image/jpeg' },
        body: `picture anna:${width}`,
      };
      expect((await app.request(`/v1/people/${person.id}/photos`, photo)).status).toBe(201);
    }
    expect([pictures.size, engine.size]).toEqual([2, 2]);
    const answer = await send(app, 'DELETE', `/v1/people/${person.id}`);
    const receipt = ForgetReceipt.parse(await answer.json());
    expect(receipt.removed).toEqual({ photos: 2, vectors: 2, captures: 0, sightings: 0, attendance: 0 });
    expect([pictures.size, engine.size]).toEqual([0, 0]);
    expect((await app.request(`/v1/people/${person.id}`, { headers: as('admin') })).status).toBe(404);
    expect((await list(app)).items).toEqual([]);
    expect(await (await send(app, 'DELETE', `/v1/people/${person.id}`)).json()).toEqual(receipt);
    expect((await send(app, 'DELETE', `/v1/people/${person.id}`, undefined, as('admin', 'other'))).status).toBe(404);
  });
});
