import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { CaptureId, type DoorId, type OrganizationId } from '@rollcall/contract/ids';
import { CaptureCreated, CaptureRequest, CaptureStatus } from '@rollcall/contract/sighting';
import { Denied, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import { forKiosk } from '../domain/describe-sighting.ts';
import { readCapture } from '../domain/read-capture.ts';
import type { RecognitionPorts } from '../domain/recognition-ports.ts';
import { type RequestUploadPorts, requestUpload } from '../domain/request-upload.ts';
import type { Principal } from '../ports/identity.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';

export interface CapturesDeps
  extends RequestUploadPorts,
    Pick<RecognitionPorts, 'sightings' | 'attendance' | 'people' | 'organizations' | 'doorNames'> {}

/** `/v1/captures`: a kiosk, a phone or a script hands in a picture and asks who it was. */
export function captureRoutes(deps: CapturesDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      const doorId = await doorOf(deps, principal, c.req.valid('json').doorId);
      const from = { doorId, createdBy: principal.subject };
      const created = await requestUpload(deps, principal.organizationId, from);
      // Absolute: a kiosk passes it on as it is. The store may know only its path on this server.
      const url = new URL(created.upload.url, c.req.url).href;
      const answer = { ...created, upload: { ...created.upload, url } };
      return c.json(answer, 201, { Location: `/v1/captures/${created.id}` });
    })
    .openapi(read, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const isKiosk = principal.role === 'kiosk';
      const answer = await readCapture(
        deps,
        principal.organizationId,
        id,
        (capture) => !isKiosk || (capture.createdBy === principal.subject && capture.doorId === principal.doorId),
      );
      if (!answer) throw new NotFound(`no capture ${id}`);
      return c.json(isKiosk ? { ...answer, sightings: answer.sightings.map(forKiosk) } : answer, 200);
    });
}

/** A kiosk's door is its own; others may name any door of the organization, or none. */
async function doorOf(deps: CapturesDeps, principal: Principal, wanted: DoorId | undefined): Promise<DoorId | null> {
  if (principal.role === 'kiosk') {
    if (wanted && wanted !== principal.doorId) throw new Denied('a kiosk hands in captures at its own door only');
    return principal.doorId;
  }
  if (wanted && !(await isDoor(deps, principal.organizationId, wanted))) {
    const errors = [{ path: 'doorId', message: 'expected a door of this organization' }];
    throw new InvalidInput(`no door ${wanted}`, { errors });
  }
  return wanted ?? null;
}

async function isDoor(deps: CapturesDeps, org: OrganizationId, door: DoorId): Promise<boolean> {
  return (await deps.doorNames(org)).has(door);
}

const tags = ['Captures'];
const CaptureParams = z.object({ id: CaptureId });

const create = apiRoute({
  method: 'post',
  path: '/v1/captures',
  tags,
  summary: 'Hand in a picture: answers where to upload it',
  description:
    'PUT the picture (JPEG, PNG or WebP) to `upload.url` with `upload.headers`, then read the capture until it is done.',
  allow: ['kiosk'],
  request: { body: jsonBody(CaptureRequest) },
  responses: { 201: jsonAnswer(CaptureCreated, 'Where to upload the picture, and until when') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/captures/{id}',
  tags,
  summary: 'Read how far a capture is, and who was seen in it',
  description: 'A kiosk reads its own captures only, without how similar anybody is.',
  allow: ['kiosk', 'viewer'],
  request: { params: CaptureParams },
  responses: { 200: jsonAnswer(CaptureStatus, 'The capture') },
});
