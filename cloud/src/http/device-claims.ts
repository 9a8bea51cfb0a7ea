import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { DeviceClaim, DeviceClaimCreated, DeviceClaimId, DeviceClaimInput } from '@rollcall/contract/device-claim';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { createClaim, type DeviceClaimPorts, listClaims, revokeClaim } from '../domain/device-claims.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface DeviceClaimsDeps extends DeviceClaimPorts {
  readonly audit: Audit;
}

/** `/v1/device-claims`: what new devices come with. */
export function deviceClaimRoutes(deps: DeviceClaimsDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(list, async (c) => {
      const page = await listClaims(deps, c.get('principal').organizationId, c.req.valid('query'));
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      const claim = await createClaim(deps, principal.organizationId, c.req.valid('json'));
      await deps.audit(principal, 'device-claim.created', `device-claim/${claim.id}`);
      return c.json(claim, 201, { Location: `/v1/device-claims/${claim.id}` });
    })
    .openapi(revoke, async (c) => {
      const principal = c.get('principal');
      const claim = await revokeClaim(deps, principal.organizationId, c.req.valid('param').id);
      await deps.audit(principal, 'device-claim.revoked', `device-claim/${claim.id}`);
      return c.json(claim, 200);
    });
}

const tags = ['Devices'];

const list = apiRoute({
  method: 'get',
  path: '/v1/device-claims',
  tags,
  summary: 'List claims, the newest first',
  allow: ['operator'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(DeviceClaim), 'A page of claims') },
});

const create = apiRoute({
  method: 'post',
  path: '/v1/device-claims',
  tags,
  summary: 'Make a certificate for a batch of devices to come with; its key is in this answer and nowhere else',
  allow: ['operator'],
  secretAnswer: true,
  request: { body: jsonBody(DeviceClaimInput) },
  responses: { 201: jsonAnswer(DeviceClaimCreated, 'The claim, with its key') },
});

const revoke = apiRoute({
  method: 'post',
  path: '/v1/device-claims/{id}/revoke',
  tags,
  summary: 'End a claim: no device comes with it any more; those that did stay',
  allow: ['operator'],
  request: { params: z.object({ id: DeviceClaimId }) },
  responses: { 200: jsonAnswer(DeviceClaim, 'The claim') },
});
