import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type OrganizationId, SightingId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { Resolved, ResolveInput, Sighting, SightingQuery } from '@rollcall/contract/sighting';
import { NotFound } from '@rollcall/kit/app-error';
import { describeSightings } from '../domain/describe-sighting.ts';
import { listSightings } from '../domain/list-sightings.ts';
import { type ResolvePorts, resolveSighting } from '../domain/resolve-sighting.ts';
import type { NormalizePicture } from '../ports/picture-normalizer.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface SightingsDeps extends ResolvePorts {
  readonly normalizePicture: NormalizePicture;
  readonly audit: Audit;
}

/** `/v1/sightings`: what was seen at the doors, and what an admin makes of it. Looking at a picture is audited. */
export function sightingRoutes(deps: SightingsDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const page = await listSightings(deps, c.get('principal').organizationId, filter, { limit, cursor });
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(read, async (c) => {
      const org = c.get('principal').organizationId;
      const { id } = c.req.valid('param');
      const facts = await deps.sightings.get(org, id);
      const [sighting] = facts ? await describeSightings(deps, await deps.organizations.get(org), [facts]) : [];
      if (!sighting) throw new NotFound(`no sighting ${id}`);
      return c.json(sighting, 200);
    })
    .openapi(photo, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const whole = c.req.valid('query').whole ?? false;
      const picture = await pictureOf(deps, principal.organizationId, id, whole);
      await deps.audit(principal, 'sighting.photo-viewed', `sighting/${id}`, whole ? { whole: 'true' } : {});
      return c.body(new Uint8Array(picture), 200, { 'Content-Type': 'image/jpeg' });
    })
    .openapi(resolve, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const input = c.req.valid('json');
      const answer = await resolveSighting(deps, principal.organizationId, id, input, principal.subject);
      const details = 'personId' in input ? { personId: input.personId } : { dismissed: 'true' };
      await deps.audit(principal, 'sighting.resolved', `sighting/${id}`, details);
      return c.json(answer, 200);
    });
}

async function pictureOf(
  deps: SightingsDeps,
  org: OrganizationId,
  id: SightingId,
  whole: boolean,
): Promise<Uint8Array> {
  const facts = await deps.sightings.get(org, id);
  const stored = facts && (await deps.captures.get(org, facts.captureId));
  const image = stored && (await deps.images.get(stored.capture.imageKey));
  if (!facts || !image) throw new NotFound(`no picture of sighting ${id}: it may be past its retention`);
  // Either way an upright JPEG: an upload may be PNG or WebP.
  return whole || !facts.face ? deps.normalizePicture(image) : deps.cropFace(image, facts.face);
}

const tags = ['Sightings'];
const SightingParams = z.object({ id: SightingId });
const picture = { schema: z.string().meta({ format: 'binary' }) };

const list = apiRoute({
  method: 'get',
  path: '/v1/sightings',
  tags,
  summary: 'List sightings, newest first',
  description: 'A page may hold fewer than `limit`, even none, and still have a `nextCursor`.',
  allow: ['viewer'],
  request: { query: z.object({ ...PageQuery.shape, ...SightingQuery.shape }) },
  responses: { 200: jsonAnswer(pageOf(Sighting), 'A page of sightings') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/sightings/{id}',
  tags,
  summary: 'Read a sighting',
  allow: ['viewer'],
  request: { params: SightingParams },
  responses: { 200: jsonAnswer(Sighting, 'The sighting') },
});

const photo = apiRoute({
  method: 'get',
  path: '/v1/sightings/{id}/photo',
  tags,
  summary: 'Look at the face of a sighting (audited)',
  allow: ['viewer'],
  request: {
    params: SightingParams,
    query: z.object({
      whole: z.stringbool().optional().meta({ description: 'the whole picture, not the face alone' }),
    }),
  },
  responses: { 200: { description: 'The picture', content: { 'image/jpeg': picture } } },
});

const resolve = apiRoute({
  method: 'post',
  path: '/v1/sightings/{id}/resolve',
  tags,
  summary: 'Say who it is, or that it is nobody',
  description:
    'Once and for all; the register of that day follows. With `learn` its picture becomes a photo of the person; `learned` says whether it did.',
  allow: ['admin'],
  refusals: ['already-resolved'],
  request: { params: SightingParams, body: jsonBody(ResolveInput) },
  responses: { 200: jsonAnswer(Resolved, 'The sighting as it is now') },
});
