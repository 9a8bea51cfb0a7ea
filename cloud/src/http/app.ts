import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AuditStore } from '../store/audit-store.ts';
import { type ApiDeps, createApi } from './api.ts';
import type { ApiEnv } from './api-env.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { auditRoutes } from './audit.ts';
import { createAudit } from './audit-log.ts';
import { type GroupsDeps, groupRoutes } from './groups.ts';
import { type HealthDeps, healthRoutes } from './health.ts';
import { meRoutes } from './me.ts';
import { type OrganizationDeps, organizationRoutes } from './organization.ts';
import { type PeopleDeps, peopleRoutes } from './people.ts';
import { type PhotosDeps, photoRoutes } from './photos.ts';

type ResourceDeps = OrganizationDeps & PeopleDeps & PhotosDeps & GroupsDeps & HealthDeps;

/** All that the API needs. Its audit is made here, of `auditStore`, `clock` and `newId` (ULIDs). */
export type AppDeps = ApiDeps & Omit<ResourceDeps, 'audit'> & { readonly auditStore: AuditStore };

/** The whole API, for any host: Node, Lambda, or `app.request()` in a test. */
export function createApp(deps: AppDeps): OpenAPIHono<ApiEnv> {
  const all = { ...deps, audit: createAudit({ store: deps.auditStore, clock: deps.clock, newId: deps.newId }) };
  return createApi(deps, [
    healthRoutes(all),
    meRoutes(),
    peopleRoutes(all),
    photoRoutes(all),
    groupRoutes(all),
    organizationRoutes(all),
    apiKeyRoutes(all),
    auditRoutes(all),
  ]);
}
