import { Problem } from '@rollcall/contract/problem';
import { describe, expect, it } from 'vitest';
import { as, testApi, testDeps } from './api-for-tests.ts';
import { auditRoutes } from './audit.ts';
import { organizationRoutes } from './organization.ts';

describe('the settings of an organization', () => {
  it('are defaults until they are changed', async () => {
    const answer = await api().request('/v1/organization', { headers: as('viewer') });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: 'main', timeZone: 'Europe/Berlin', day: null });
  });

  it('change for the caller’s organization alone, and the audit says by whom', async () => {
    const app = api();
    const day = { start: '09:00', graceMinutes: 10, end: '17:00' };
    const body = JSON.stringify({ day });
    const changed = await app.request('/v1/organization', {
      method: 'PATCH',
      headers: { ...as('admin'), ...json },
      body,
    });
    expect(await changed.json()).toMatchObject({ day });
    const other = await app.request('/v1/organization', { headers: as('viewer', 'other') });
    expect(await other.json()).toMatchObject({ id: 'other', day: null });
    const audit = await app.request('/v1/audit', { headers: as('admin') });
    expect(await audit.json()).toMatchObject({
      items: [{ action: 'organization.changed', subject: 'admin-of-main', details: { fields: 'day' } }],
    });
  });

  it('name every field that does not fit', async () => {
    const body = JSON.stringify({ timeZone: 'Mars/Olympus', day: { start: '09:00', graceMinutes: 1, end: '08:00' } });
    const answer = await api().request('/v1/organization', {
      method: 'PATCH',
      headers: { ...as('admin'), ...json },
      body,
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = Problem.parse(await answer.json());
    expect(problem.code).toBe('invalid-input');
    expect(problem.errors?.map((e) => e.path)).toEqual(['timeZone', 'day.end']);
  });
});

const json = { 'content-type': 'application/json' };

function api() {
  const deps = testDeps();
  return testApi(deps, organizationRoutes(deps), auditRoutes(deps));
}
