import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { DoorId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { Passage, PassageQuery } from '@rollcall/contract/passage';
import { Door, DoorInput, DoorPatch } from '@rollcall/contract/place';
import { NotFound } from '@rollcall/kit/app-error';
import { addDoor } from '../domain/add-place.ts';
import type { PassageLog } from '../store/passage-log.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { PlacesDeps } from './sites.ts';

export interface DoorsDeps extends PlacesDeps {
  readonly passageLog: PassageLog;
}

/** `/v1/doors`: doorways of sites, with the direction in which people pass, and what passed. */
export function doorRoutes(deps: DoorsDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(list, async (c) => {
      const page = await deps.places.listDoors(c.get('principal').organizationId, c.req.valid('query'));
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      const door = await addDoor(deps.places, principal.organizationId, c.req.valid('json'));
      await deps.audit(principal, 'door.added', `door/${door.id}`);
      return c.json(door, 201, { Location: `/v1/doors/${door.id}` });
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const door = await deps.places.getDoor(c.get('principal').organizationId, id);
      if (!door) throw new NotFound(`no door ${id}`);
      return c.json(door, 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const patch = c.req.valid('json');
      const door = await deps.places.changeDoor(principal.organizationId, id, patch);
      if (!door) throw new NotFound(`no door ${id}`);
      await deps.audit(principal, 'door.changed', `door/${id}`, { fields: Object.keys(patch).join(', ') });
      return c.json(door, 200);
    })
    .openapi(passages, async (c) => {
      const org = c.get('principal').organizationId;
      const { id } = c.req.valid('param');
      if (!(await deps.places.getDoor(org, id))) throw new NotFound(`no door ${id}`);
      const { limit, cursor, ...when } = c.req.valid('query');
      const page = await deps.passageLog.list(org, id, when, { limit, cursor });
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    });
}

const tags = ['Sites and doors'];
const DoorParams = z.object({ id: DoorId });

const list = apiRoute({
  method: 'get',
  path: '/v1/doors',
  tags,
  summary: 'List doors by id',
  allow: ['viewer', 'operator'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(Door), 'A page of doors') },
});

const create = apiRoute({
  method: 'post',
  path: '/v1/doors',
  tags,
  summary: 'Add a door',
  allow: ['operator'],
  request: { body: jsonBody(DoorInput) },
  responses: { 201: jsonAnswer(Door, 'The new door') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/doors/{id}',
  tags,
  summary: 'Read a door',
  allow: ['viewer', 'operator'],
  request: { params: DoorParams },
  responses: { 200: jsonAnswer(Door, 'The door') },
});

const change = apiRoute({
  method: 'patch',
  path: '/v1/doors/{id}',
  tags,
  summary: 'Change a door',
  allow: ['operator'],
  refusals: ['conflict'],
  request: { params: DoorParams, body: jsonBody(DoorPatch) },
  responses: { 200: jsonAnswer(Door, 'The door as it is now') },
});

const passages = apiRoute({
  method: 'get',
  path: '/v1/doors/{id}/passages',
  tags,
  summary: 'What passed at a door, newest first: captured or not, as with a cart or a back; kept for 31 days',
  allow: ['viewer', 'operator'],
  request: { params: DoorParams, query: PageQuery.extend(PassageQuery.shape) },
  responses: { 200: jsonAnswer(pageOf(Passage), 'A page of passages') },
});
