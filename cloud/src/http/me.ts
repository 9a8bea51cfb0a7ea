import type { OpenAPIHono } from '@hono/zod-openapi';
import { Me } from '@rollcall/contract/access';
import { type LiveAddress, liveAccess } from '../domain/live-access.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';

export interface MeDeps {
  readonly liveAddress: LiveAddress;
}

/** `GET /v1/me`: who the caller is, and how it hears what happens. */
export function meRoutes({ liveAddress }: MeDeps): OpenAPIHono<ApiEnv> {
  return newRoutes().openapi(read, (c) => {
    const principal = c.get('principal');
    return c.json(Me.parse({ ...principal, live: liveAccess(liveAddress, principal) }), 200);
  });
}

const read = apiRoute({
  method: 'get',
  path: '/v1/me',
  tags: ['Access'],
  summary: 'Who the caller is',
  allow: ['viewer', 'operator', 'kiosk'],
  responses: { 200: jsonAnswer(Me, 'The caller, its role, its organization and its live feed') },
});
