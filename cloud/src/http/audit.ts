import type { OpenAPIHono } from '@hono/zod-openapi';
import { AuditEntry } from '@rollcall/contract/audit';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import type { AuditStore } from '../store/audit-store.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';

export interface AuditDeps {
  readonly auditStore: AuditStore;
}

/** `GET /v1/audit`: what was done and looked at, newest first. */
export function auditRoutes(deps: AuditDeps): OpenAPIHono<ApiEnv> {
  return newRoutes().openapi(list, async (c) => {
    const page = await deps.auditStore.list(c.get('principal').organizationId, c.req.valid('query'));
    return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
  });
}

const list = apiRoute({
  method: 'get',
  path: '/v1/audit',
  tags: ['Organization'],
  summary: 'List what was done and looked at, newest first',
  allow: ['admin'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(AuditEntry), 'A page of the audit') },
});
