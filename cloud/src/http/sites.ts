import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { SiteId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { Site, SiteInput, SitePatch } from '@rollcall/contract/place';
import { NotFound } from '@rollcall/kit/app-error';
import { addSite } from '../domain/add-place.ts';
import type { PlaceStore } from '../store/place-store.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface PlacesDeps {
  readonly places: PlaceStore;
  readonly audit: Audit;
}

/** `/v1/sites`: places with a time zone. */
export function siteRoutes(deps: PlacesDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(list, async (c) => {
      const page = await deps.places.listSites(c.get('principal').organizationId, c.req.valid('query'));
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      const site = await addSite(deps.places, principal.organizationId, c.req.valid('json'));
      await deps.audit(principal, 'site.added', `site/${site.id}`);
      return c.json(site, 201, { Location: `/v1/sites/${site.id}` });
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const site = await deps.places.getSite(c.get('principal').organizationId, id);
      if (!site) throw new NotFound(`no site ${id}`);
      return c.json(site, 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const patch = c.req.valid('json');
      const site = await deps.places.changeSite(principal.organizationId, id, patch);
      if (!site) throw new NotFound(`no site ${id}`);
      await deps.audit(principal, 'site.changed', `site/${id}`, { fields: Object.keys(patch).join(', ') });
      return c.json(site, 200);
    });
}

const tags = ['Sites and doors'];
const SiteParams = z.object({ id: SiteId });

const list = apiRoute({
  method: 'get',
  path: '/v1/sites',
  tags,
  summary: 'List sites by id',
  allow: ['viewer', 'operator'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(Site), 'A page of sites') },
});

const create = apiRoute({
  method: 'post',
  path: '/v1/sites',
  tags,
  summary: 'Add a site',
  allow: ['operator'],
  request: { body: jsonBody(SiteInput) },
  responses: { 201: jsonAnswer(Site, 'The new site') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/sites/{id}',
  tags,
  summary: 'Read a site',
  allow: ['viewer', 'operator'],
  request: { params: SiteParams },
  responses: { 200: jsonAnswer(Site, 'The site') },
});

const change = apiRoute({
  method: 'patch',
  path: '/v1/sites/{id}',
  tags,
  summary: 'Change a site',
  allow: ['operator'],
  refusals: ['conflict'],
  request: { params: SiteParams, body: jsonBody(SitePatch) },
  responses: { 200: jsonAnswer(Site, 'The site as it is now') },
});
