import type { OpenAPIHono } from '@hono/zod-openapi';
import { Me } from '@rollcall/contract/access';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';

/** `GET /v1/me`: who the caller is. */
export function meRoutes(): OpenAPIHono<ApiEnv> {
  return newRoutes().openapi(read, (c) => c.json(Me.parse(c.get('principal')), 200));
}

const read = apiRoute({
  method: 'get',
  path: '/v1/me',
  tags: ['Access'],
  summary: 'Who the caller is',
  allow: ['viewer', 'operator', 'kiosk'],
  responses: { 200: jsonAnswer(Me, 'The caller, its role and its organization') },
});
