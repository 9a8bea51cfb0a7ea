import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ApiKey, ApiKeyCreated, ApiKeyInput } from '@rollcall/contract/access';
import { ApiKeyId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { NotFound } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { checkDoor } from '../domain/check-door.ts';
import type { ApiKeyStore } from '../store/api-key-store.ts';
import type { PlaceStore } from '../store/place-store.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import { createApiKey } from './api-key-secret.ts';
import type { Audit } from './audit-log.ts';

export interface ApiKeysDeps {
  readonly apiKeys: ApiKeyStore;
  readonly places: Pick<PlaceStore, 'getDoor'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** `/v1/api-keys`: keys for scripts and kiosks. */
export function apiKeyRoutes(deps: ApiKeysDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      const input = c.req.valid('json');
      if (input.doorId !== undefined) await checkDoor(deps, principal.organizationId, input.doorId);
      const created = await createApiKey(deps, principal.organizationId, input);
      await deps.audit(principal, 'api-key.created', `api-key/${created.id}`, { role: created.role });
      return c.json(created, 201);
    })
    .openapi(list, async (c) => {
      const page = await deps.apiKeys.list(c.get('principal').organizationId, c.req.valid('query'));
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      if (!(await deps.apiKeys.delete(principal.organizationId, id))) throw new NotFound(`no API key ${id}`);
      await deps.audit(principal, 'api-key.deleted', `api-key/${id}`);
      return c.body(null, 204);
    });
}

const tags = ['Access'];

const create = apiRoute({
  method: 'post',
  path: '/v1/api-keys',
  tags,
  summary: 'Make an API key; it is shown in this answer and never again',
  allow: ['admin'],
  secretAnswer: true,
  request: { body: jsonBody(ApiKeyInput) },
  responses: { 201: jsonAnswer(ApiKeyCreated, 'The key') },
});

const list = apiRoute({
  method: 'get',
  path: '/v1/api-keys',
  tags,
  summary: 'List API keys, oldest first',
  allow: ['admin'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(ApiKey), 'A page of keys, without the keys themselves') },
});

const remove = apiRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tags,
  summary: 'Delete an API key: it stops working at once',
  allow: ['admin'],
  request: { params: z.object({ id: ApiKeyId }) },
  responses: { 204: { description: 'It is gone' } },
});
