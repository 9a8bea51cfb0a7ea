import type { OpenAPIHono } from '@hono/zod-openapi';
import { Role } from '@rollcall/contract/access';
import { DoorId, OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { monotonicFactory } from 'ulid';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import type { Identity } from '../ports/identity.ts';
import { ApiKeyStore } from '../store/api-key-store.ts';
import { AuditStore } from '../store/audit-store.ts';
import { IdempotencyStore } from '../store/idempotency-store.ts';
import { OrganizationStore } from '../store/organization-store.ts';
import { type ApiDeps, createApi } from './api.ts';
import type { ApiEnv } from './api-env.ts';
import { createAudit } from './audit-log.ts';

/** What a test of a resource stands on: the base of the API on a memory table, and a clock that stands. */
export function testDeps() {
  const clock = new ManualClock();
  const table = new MemoryTable({ clock });
  const auditStore = new AuditStore(table);
  const ulid = monotonicFactory();
  const newId = () => ulid(clock.now());
  const organizations = new OrganizationStore(table, {
    timeZone: 'Europe/Berlin',
    thresholds: { accept: 97, doubtful: 85, margin: 5 },
  });
  const base: ApiDeps = {
    identity: tokensOfTests,
    apiKeys: new ApiKeyStore(table),
    idempotency: new IdempotencyStore(table, clock),
    log: silentLog,
    clock,
    publicUrl: 'http://127.0.0.1:8080',
  };
  return {
    ...base,
    clock,
    table,
    auditStore,
    organizations,
    newId,
    audit: createAudit({ store: auditStore, clock, newId }),
  };
}

/** An API of these resources alone. */
export function testApi(deps: ApiDeps, ...resources: OpenAPIHono<ApiEnv>[]): OpenAPIHono<ApiEnv> {
  return createApi(deps, resources);
}

/** Headers of a caller. @param door of a kiosk. */
export function as(role: Role, org = 'main', door = ''): { authorization: string } {
  return { authorization: `Bearer ${role}.${org}.${door}` };
}

const tokensOfTests: Identity = {
  verify: (token) => {
    const [role, org, door] = token.split('.');
    if (!role || !org) return Promise.reject(new Denied('not a token of tests', { code: 'unauthenticated' }));
    return Promise.resolve({
      subject: `${role}-of-${org}`,
      name: role,
      organizationId: OrganizationId.parse(org),
      role: Role.parse(role),
      doorId: door ? DoorId.parse(door) : null,
    });
  },
};
