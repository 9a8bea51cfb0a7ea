import { Role } from '@rollcall/contract/access';
import { describe, expect, it } from 'vitest';
import { as } from './api-for-tests.ts';
import { testApp } from './app-for-tests.ts';
import { mayAct } from './roles.ts';

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** Who may, by what is asked for; all others are denied. */
const matrix: readonly (readonly [string, readonly string[]])[] = [
  ['GET /v1/me', ['owner', 'admin', 'viewer', 'operator', 'kiosk']],
  ['GET /v1/people', ['owner', 'admin', 'viewer']],
  ['POST /v1/people', ['owner', 'admin']],
  [`PATCH /v1/people/${id}`, ['owner', 'admin']],
  [`DELETE /v1/people/${id}`, ['owner', 'admin']],
  [`PUT /v1/people/${id}/consent`, ['owner', 'admin']],
  [`POST /v1/people/${id}/photos`, ['owner', 'admin']],
  [`GET /v1/people/${id}/photos`, ['owner', 'admin', 'viewer']],
  ['GET /v1/groups', ['owner', 'admin', 'viewer']],
  ['GET /v1/sightings', ['owner', 'admin', 'viewer']],
  ['GET /v1/attendance', ['owner', 'admin', 'viewer']],
  ['PATCH /v1/organization', ['owner', 'admin']],
  ['GET /v1/api-keys', ['owner', 'admin']],
  ['POST /v1/api-keys', ['owner', 'admin']],
  ['GET /v1/audit', ['owner', 'admin']],
  ['GET /v1/devices', ['owner', 'admin', 'viewer', 'operator']],
  ['POST /v1/devices', ['owner', 'admin', 'operator']],
];

describe('a role', () => {
  it.each(matrix)('%s: %j and nobody else', async (asked, may) => {
    const { app } = testApp();
    const [method = '', path = ''] = asked.split(' ');
    const allowed: string[] = [];
    for (const role of Role.options) {
      const { status } = await app.request(path, { method, headers: as(role, 'main', 'door-1') });
      if (status !== 403) allowed.push(role);
    }
    expect(allowed.sort()).toEqual([...may].sort());
  });

  it('beside another includes nothing of it', () => {
    expect(mayAct('viewer', ['kiosk'])).toBe(false);
    expect(mayAct('kiosk', ['viewer'])).toBe(false);
    expect(mayAct('operator', ['viewer'])).toBe(false);
    expect(mayAct('admin', ['owner'])).toBe(false);
    expect(mayAct('admin', ['kiosk'])).toBe(true);
  });
});
