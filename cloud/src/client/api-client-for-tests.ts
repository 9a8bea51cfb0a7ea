import { ApiKeyCreated, type Role } from '@rollcall/contract/access';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../http/api-env.ts';
import { as } from '../http/api-for-tests.ts';
import type { ApiClientOptions } from './api-client.ts';

/** How a client reaches an API that has no server, with a key of `role`. */
export async function reachApp(
  app: OpenAPIHono<ApiEnv>,
  role: Exclude<Role, 'owner'> = 'admin',
): Promise<Required<ApiClientOptions>> {
  const headers = { ...as('owner'), 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'test', role });
  const made = await app.request('/v1/api-keys', { method: 'POST', headers, body });
  const { key } = ApiKeyCreated.parse(await made.json());
  return { url: 'http://127.0.0.1:8080', apiKey: key, fetch: async (url, init) => app.request(url, init) };
}
