import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AuditStore } from '../store/audit-store.ts';
import { type ApiDeps, createApi } from './api.ts';
import type { ApiEnv } from './api-env.ts';
import { auditRoutes } from './audit.ts';
import { createAudit } from './audit-log.ts';
import { meRoutes } from './me.ts';
import { type OrganizationDeps, organizationRoutes } from './organization.ts';

/** All that the API needs. `audit` is made here, of `auditStore`, `clock` and `newId`. */
export type AppDeps = ApiDeps &
  Omit<OrganizationDeps, 'audit'> & {
    readonly auditStore: AuditStore;
    /** ULIDs. */
    readonly newId: () => string;
  };

/** The whole API, for any host: Node, Lambda, or `app.request()` in a test. */
export function createApp(deps: AppDeps): OpenAPIHono<ApiEnv> {
  const audit = createAudit({ store: deps.auditStore, clock: deps.clock, newId: deps.newId });
  const all = { ...deps, audit };
  return createApi(deps, [meRoutes(), organizationRoutes(all), auditRoutes(all)]);
}
