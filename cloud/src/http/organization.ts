import type { OpenAPIHono } from '@hono/zod-openapi';
import { Organization, OrganizationPatch } from '@rollcall/contract/organization';
import type { OrganizationStore } from '../store/organization-store.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface OrganizationDeps {
  readonly organizations: OrganizationStore;
  readonly audit: Audit;
}

/** `GET PATCH /v1/organization`: settings of the caller's organization. */
export function organizationRoutes(deps: OrganizationDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(read, async (c) => c.json(await deps.organizations.get(c.get('principal').organizationId), 200))
    .openapi(change, async (c) => {
      const patch = c.req.valid('json');
      const principal = c.get('principal');
      const changed = await deps.organizations.change(principal.organizationId, patch);
      const fields = Object.keys(patch).join(', ');
      await deps.audit(principal, 'organization.changed', `organization/${principal.organizationId}`, { fields });
      return c.json(changed, 200);
    });
}

const read = apiRoute({
  method: 'get',
  path: '/v1/organization',
  tags: ['Organization'],
  summary: 'Read the settings',
  allow: ['viewer', 'operator'],
  responses: { 200: jsonAnswer(Organization, 'The settings; what was never set has its default') },
});

const change = apiRoute({
  method: 'patch',
  path: '/v1/organization',
  tags: ['Organization'],
  summary: 'Change the settings',
  allow: ['admin'],
  refusals: ['conflict'],
  request: { body: jsonBody(OrganizationPatch) },
  responses: { 200: jsonAnswer(Organization, 'The settings as they are now') },
});
