import type { OpenAPIHono } from '@hono/zod-openapi';
import { Group } from '@rollcall/contract/group';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import type { GroupStore } from '../store/group-store.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';

export interface GroupsDeps {
  readonly groups: GroupStore;
}

/** `GET /v1/groups`: a group is known by its name, and there while somebody is in it. */
export function groupRoutes(deps: GroupsDeps): OpenAPIHono<ApiEnv> {
  return newRoutes().openapi(list, async (c) => {
    const org = c.get('principal').organizationId;
    const page = await deps.groups.names(org, c.req.valid('query'));
    const items: Group[] = [];
    for (const name of page.items) {
      const people = await deps.groups.count(org, name);
      if (people > 0) items.push({ id: name, name, people });
    }
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });
}

const list = apiRoute({
  method: 'get',
  path: '/v1/groups',
  tags: ['People'],
  summary: 'List groups by name, with how many people are in each',
  allow: ['viewer'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(Group), 'A page of groups') },
});
