import { ApiKeyCreated } from '@rollcall/contract/access';
import { DoorId, OrganizationId, SiteId } from '@rollcall/contract/ids';
import { Problem } from '@rollcall/contract/problem';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { as, testApi, testDeps } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';
import { newRoutes } from './api-route.ts';

const json = { 'content-type': 'application/json' };

async function problem(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return Problem.parse(await answer.json());
}

async function postPerson(body: string, headers: Record<string, string>): Promise<Response> {
  return testApp().app.request('/v1/people', { method: 'POST', headers: { ...as('admin'), ...headers }, body });
}

async function postWithKey(
  app: ReturnType<typeof testApp>['app'],
  key: string,
  body: object,
  org = 'main',
  path = '/v1/people',
): Promise<Response> {
  const headers = { ...as('admin', org), ...json, 'idempotency-key': key };
  return app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('a caller', () => {
  it('is asked to sign in for everything under /v1, known or not', async () => {
    const { app } = testApp();
    for (const path of ['/v1/people', '/v1/me', '/v1/nothing']) {
      const answer = await app.request(path);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="rollcall"']);
      expect((await problem(answer)).code).toBe('unauthenticated');
    }
  });

  it('who fails again and again is told to wait, and nobody else is', async () => {
    const { app } = testApp();
    const guess = () => app.request('/v1/me', { headers: { 'x-api-key': 'rk_guess' } });
    for (let n = 0; n < 20; n++) expect((await guess()).status).toBe(401);
    const answer = await guess();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await app.request('/v1/me', { headers: as('viewer') })).status).toBe(200);
  });

  it('with an API key is who the key is, until it is deleted', async () => {
    const { app, deps, clock } = testApp();
    const body = JSON.stringify({ name: 'front door', role: 'kiosk', doorId: 'door-1' });
    const early = await app.request('/v1/api-keys', { method: 'POST', headers: { ...as('admin'), ...json }, body });
    expect(await early.json()).toMatchObject({ status: 422, errors: [{ path: 'doorId' }] });
    const door = { id: DoorId.parse('door-1'), siteId: SiteId.parse('main'), name: 'Door', direction: 'in' } as const;
    await deps.places.createDoor(OrganizationId.parse('main'), door);
    const made = await app.request('/v1/api-keys', { method: 'POST', headers: { ...as('admin'), ...json }, body });
    const created = ApiKeyCreated.parse(await made.json());
    expect(created.key).toMatch(/^rk_[\w-]{43}$/);
    const me = () => app.request('/v1/me', { headers: { 'x-api-key': created.key } });
    expect(await (await me()).json()).toMatchObject({ role: 'kiosk', doorId: 'door-1', organizationId: 'main' });
    const listed = await (await app.request('/v1/api-keys', { headers: as('admin') })).text();
    expect(listed).not.toContain(created.key);
    expect(listed).toContain(`"lastUsedAt":"${new Date(clock.now()).toISOString()}"`);
    const stored = JSON.stringify(await deps.table.query({ partition: 'main#api-keys', limit: 9 }));
    expect(stored).not.toContain(created.key);
    const remove = (org: string) =>
      app.request(`/v1/api-keys/${created.id}`, { method: 'DELETE', headers: as('admin', org) });
    expect((await remove('other')).status).toBe(404);
    expect((await me()).status).toBe(200);
    expect((await remove('main')).status).toBe(204);
    expect((await me()).status).toBe(401);
  });
});

describe('a request that does not fit', () => {
  it('is told every field', async () => {
    const said = await problem(await postPerson('{"externalId":"","mail":"x"}', json));
    expect(said).toMatchObject({ code: 'invalid-input', status: 422 });
    expect(said.errors?.map((e) => e.path).sort()).toEqual(['externalId', 'mail', 'name']);
  });

  it('is told that its body is no JSON, not of a type taken here, or too large', async () => {
    expect(await problem(await postPerson('{', json))).toMatchObject({ code: 'invalid-input', status: 422 });
    expect(
      await problem(await postPerson('a=1', { 'content-type': 'application/x-www-form-urlencoded' })),
    ).toMatchObject({
      status: 415,
    });
    expect(await problem(await postPerson('{}', {}))).toMatchObject({ status: 415 });
    expect(await problem(await postPerson(`"${'x'.repeat(1_000_001)}"`, json))).toMatchObject({
      code: 'too-large',
      status: 413,
    });
  });

  it('is told of an unknown path, a method not offered, a malformed id and a bad query', async () => {
    const { app } = testApp();
    const ask = (path: string, method = 'GET') => app.request(path, { method, headers: as('admin') });
    expect(await problem(await ask('/v1/nothing'))).toMatchObject({ code: 'not-found', status: 404 });
    const put = await ask('/v1/people', 'PUT');
    expect(put.headers.get('allow')).toContain('POST');
    expect(await problem(put)).toMatchObject({ code: 'method-not-allowed', status: 405 });
    expect(await problem(await ask('/v1/people/me'))).toMatchObject({ code: 'not-found', status: 404 });
    expect(await problem(await ask('/v1/people?limit=0'))).toMatchObject({ code: 'invalid-input', status: 422 });
  });
});

describe('an error of ours', () => {
  it('tells the request id and nothing else', async () => {
    const { app } = testApp({ doorNames: () => Promise.reject(new Error('secret')) });
    const answer = await app.request('/v1/sightings/01ARZ3NDEKTSV4RRFFQ69G5FAV.1', { headers: as('viewer') });
    expect(answer.status).toBe(404);
    const deps = testDeps();
    const broken = { ...deps, identity: { verify: () => Promise.reject(new TypeError('secret')) } };
    const failed = await testApi(broken, newRoutes()).request('/v1/x', { headers: as('viewer') });
    const said = await problem(failed);
    expect(said).toMatchObject({ code: 'internal', status: 500 });
    expect(JSON.stringify(said)).not.toContain('secret');
    expect(said.instance).toContain(failed.headers.get('x-request-id') ?? 'none');
  });
});

describe('Idempotency-Key', () => {
  it('gives the same answer to the same request, and is another caller’s own', async () => {
    const { app, clock } = testApp();
    const first = await postWithKey(app, 'k', { externalId: '1', name: 'A' });
    const again = await postWithKey(app, 'k', { externalId: '1', name: 'A' });
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect((await postWithKey(app, 'k', { externalId: '1', name: 'A' }, 'other')).status).toBe(201);
    clock.advance(25 * 60 * 60_000);
    expect((await postWithKey(app, 'k', { externalId: '1', name: 'A' })).status).toBe(409);
  });

  it('refuses another body, and leaves a refused request to be tried again', async () => {
    const { app } = testApp();
    expect((await postWithKey(app, 'k', { externalId: '1' })).status).toBe(422);
    expect((await postWithKey(app, 'k', { externalId: '1', name: 'A' })).status).toBe(201);
    const other = await problem(await postWithKey(app, 'k', { externalId: '2', name: 'B' }));
    expect(other).toMatchObject({ code: 'idempotency-key-reused', status: 422 });
  });

  it('lets one of several at the same time through', async () => {
    const { app } = testApp();
    const asked = Array.from({ length: 5 }, () => postWithKey(app, 'k', { externalId: '1', name: 'A' }));
    const statuses = (await Promise.all(asked)).map((answer) => answer.status).sort((a, b) => a - b);
    expect(statuses).toEqual([201, 409, 409, 409, 409]);
    expect((await postWithKey(app, 'k', { externalId: '1', name: 'A' })).status).toBe(201);
  });

  it('never keeps a secret', async () => {
    const { app, deps } = testApp();
    const made = await postWithKey(app, 'k', { name: 'script' }, 'main', '/v1/api-keys');
    const { key } = ApiKeyCreated.parse(await made.json());
    expect((await postWithKey(app, 'k', { name: 'script' }, 'main', '/v1/api-keys')).status).toBe(409);
    const stored = await deps.table.get({ pk: 'main#admin-of-main#idempotency#k', sk: 'answer' });
    expect(stored).toBeDefined();
    expect(JSON.stringify(stored)).not.toContain(key);
  });
});

describe('a host', () => {
  it('hears whether the process is up and its parts answer', async () => {
    const broken = testApp({ parts: { table: () => Promise.resolve(), engine: () => Promise.reject(new Error('x')) } });
    expect(await (await broken.app.request('/healthz')).json()).toEqual({ status: 'ok' });
    const ready = await broken.app.request('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'unavailable', parts: { table: 'ok', engine: 'unavailable' } });
    expect((await testApp().app.request('/readyz')).status).toBe(200);
  });

  it('logs the route and never what was asked for', async () => {
    const lines: unknown[] = [];
    const note = (event: string, fields?: object) => void lines.push({ event, ...fields });
    const log = { debug: note, info: note, warn: note, error: note, child: () => log };
    const { app } = testApp({ log });
    await app.request('/v1/people?query=Secret', { headers: as('viewer') });
    await app.request('/v1/people/01ARZ3NDEKTSV4RRFFQ69G5FAV', { headers: as('viewer') });
    expect(lines).toMatchObject([
      { event: 'request', method: 'GET', route: '/v1/people', status: 200 },
      { event: 'request', method: 'GET', route: '/v1/people/:id', status: 404 },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/Secret|01ARZ/);
  });

  it('does not start with a route that does not say who may', () => {
    const open = newRoutes();
    open.get('/v1/open', (c) => c.text('to all'));
    expect(() => testApi(testDeps(), open)).toThrow('GET /v1/open');
  });
});

describe('the description', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = z
      .record(z.string(), z.unknown())
      .parse(await (await testApp().app.request('/openapi.json')).json());
    expect(await new Validator().validate(document)).toEqual({ valid: true });
  });

  it('has every route, with summary, tag, security and refusals, and is browsable here alone', async () => {
    const { app } = testApp();
    const Operation = z.object({
      summary: z.string().min(5),
      tags: z.array(z.string()).min(1),
      security: z.array(z.record(z.string(), z.array(z.string()))),
      responses: z.record(z.string(), z.object({ description: z.string().min(2) })),
    });
    const Document = z.object({
      openapi: z.literal('3.1.0'),
      paths: z.record(z.string(), z.record(z.string(), z.unknown())),
      components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
    });
    const text = await (await app.request('/openapi.json')).text();
    const { paths, components } = Document.parse(JSON.parse(text));
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => {
        const { security, responses } = Operation.parse(operation);
        const refusals = path.startsWith('/v1') ? ['401', '403', '429', '500', '503'] : ['500', '503'];
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(refusals));
        expect(security).toHaveLength(path.startsWith('/v1') ? 2 : 0);
        return `${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`;
      }),
    );
    const own = /^\/(docs|openapi\.json)/;
    const served = app.routes
      .filter((r) => r.method !== 'ALL' && !own.test(r.path))
      .map((r) => `${r.method} ${r.path}`);
    expect(described.sort()).toEqual([...new Set(served)].sort());
    expect(components.schemas).toHaveProperty('Problem');
    for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(components.schemas).toHaveProperty(name ?? '');
    const page = await (await app.request('/docs')).text();
    for (const [, source] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(source).toMatch(/^\/docs\//);
      expect((await app.request(source ?? '')).status).toBe(200);
    }
  });
});
