import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { PersonId, PhotoId } from '@rollcall/contract/ids';
import { pageOf } from '@rollcall/contract/page';
import { Photo } from '@rollcall/contract/person';
import { NotFound } from '@rollcall/kit/app-error';
import { deletePhoto } from '../domain/discard-photo.ts';
import { type EnrollPhotoDeps, enrollPhoto } from '../domain/enroll-photo.ts';
import { photoKey } from '../domain/photo-key.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';
import { maxPictureBytes } from './body.ts';
import { PersonParams } from './people.ts';

export interface PhotosDeps extends EnrollPhotoDeps {
  readonly audit: Audit;
}

/** `/v1/people/{id}/photos`: the pictures by which a person is recognized. Looking at one is audited. */
export function photoRoutes(deps: PhotosDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(add, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const force = c.req.valid('query').force ?? false;
      const picture = new Uint8Array(await c.req.arrayBuffer());
      const photo = await enrollPhoto(deps, principal.organizationId, id, picture, { force });
      await deps.audit(principal, 'photo.added', `person/${id}/photo/${photo.id}`, force ? { forced: 'true' } : {});
      return c.json(photo, 201, { Location: `/v1/people/${id}/photos/${photo.id}` });
    })
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      const record = await deps.people.find(c.get('principal').organizationId, id);
      if (!record) throw new NotFound(`no person ${id}`);
      return c.json({ items: record.photos, nextCursor: null }, 200);
    })
    .openapi(view, async (c) => {
      const principal = c.get('principal');
      const { id, photoId } = c.req.valid('param');
      const record = await deps.people.find(principal.organizationId, id);
      const known = record?.photos.some((photo) => photo.id === photoId);
      const picture = known ? await deps.images.get(photoKey(principal.organizationId, id, photoId)) : undefined;
      if (!picture) throw new NotFound(`no photo ${photoId} of person ${id}`);
      await deps.audit(principal, 'photo.viewed', `person/${id}/photo/${photoId}`);
      return c.body(new Uint8Array(picture), 200, { 'Content-Type': 'image/jpeg' });
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal');
      const { id, photoId } = c.req.valid('param');
      await deletePhoto(deps, principal.organizationId, id, photoId);
      await deps.audit(principal, 'photo.deleted', `person/${id}/photo/${photoId}`);
      return c.body(null, 204);
    });
}

const PhotoParams = z.object({ id: PersonId, photoId: PhotoId });
const tags = ['People'];
const picture = { schema: z.string().meta({ format: 'binary' }) };

const add = apiRoute({
  method: 'post',
  path: '/v1/people/{id}/photos',
  tags,
  summary: 'Add a photo of one person, alone and from the front',
  allow: ['admin'],
  maxBytes: maxPictureBytes,
  refusals: [
    'consent-missing',
    'looks-like-someone-else',
    'not-an-image',
    'no-face',
    'several-faces',
    'face-too-small',
    'too-blurred',
  ],
  request: {
    params: PersonParams,
    query: z.object({
      force: z.stringbool().optional().meta({ description: 'also when it looks like someone else' }),
    }),
    body: { required: true, content: { 'image/jpeg': picture, 'image/png': picture, 'image/webp': picture } },
  },
  responses: { 201: jsonAnswer(Photo, 'The photo and what was measured on its face') },
});

const list = apiRoute({
  method: 'get',
  path: '/v1/people/{id}/photos',
  tags,
  summary: 'List the photos of a person, without the pictures',
  allow: ['viewer'],
  request: { params: PersonParams },
  responses: { 200: jsonAnswer(pageOf(Photo), 'All of them, oldest first: there are 20 at most') },
});

const view = apiRoute({
  method: 'get',
  path: '/v1/people/{id}/photos/{photoId}',
  tags,
  summary: 'Look at a photo (audited)',
  allow: ['viewer'],
  request: { params: PhotoParams },
  responses: { 200: { description: 'The picture', content: { 'image/jpeg': picture } } },
});

const remove = apiRoute({
  method: 'delete',
  path: '/v1/people/{id}/photos/{photoId}',
  tags,
  summary: 'Delete a photo and its vector',
  allow: ['admin'],
  request: { params: PhotoParams },
  responses: { 204: { description: 'It is gone' } },
});
