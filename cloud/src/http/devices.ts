import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { DeviceId, type OrganizationId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { Device, DeviceDecommission, DeviceInput, DevicePatch, DeviceReplace } from '@rollcall/contract/place';
import { NotFound } from '@rollcall/kit/app-error';
import { cancelJobs } from '../domain/request-job.ts';
import { type AllowDevicePorts, allowDevice, assignDevice } from '../domain/allow-device.ts';
import { type DecommissionPorts, decommissionDevice } from '../domain/decommission-device.ts';
import { stillKey } from '../domain/record-heartbeat.ts';
import { replaceDevice } from '../domain/replace-device.ts';
import { type ForgetDevicePorts, removeDevice, revokeDevice } from '../domain/revoke-device.ts';
import type { DeviceRecord } from '../store/device-store.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface DevicesDeps extends AllowDevicePorts, DecommissionPorts, ForgetDevicePorts {
  readonly audit: Audit;
}

/** `/v1/devices`: the allow-list, health and last picture of each camera agent; taking its access away. */
export function deviceRoutes(deps: DevicesDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(list, async (c) => {
      const org = c.get('principal').organizationId;
      const page = await deps.devices.list(org, c.req.valid('query'));
      return c.json({ items: await several(deps, org, page.items), nextCursor: page.nextCursor }, 200);
    })
    .openapi(allow, async (c) => {
      const principal = c.get('principal');
      const record = await allowDevice(deps, principal.organizationId, c.req.valid('json'));
      await deps.audit(principal, 'device.allowed', `device/${record.id}`);
      return c.json(await one(deps, principal.organizationId, record), 201, { Location: `/v1/devices/${record.id}` });
    })
    .openapi(read, async (c) => {
      const org = c.get('principal').organizationId;
      const { id } = c.req.valid('param');
      return c.json(await one(deps, org, found(id, await deps.devices.get(org, id))), 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const { doorId } = c.req.valid('json');
      const record = await assignDevice(deps, principal.organizationId, id, doorId);
      await deps.audit(principal, 'device.assigned', `device/${id}`, { doorId: doorId ?? 'none' });
      return c.json(await one(deps, principal.organizationId, record), 200);
    })
    .openapi(still, async (c) => {
      const org = c.get('principal').organizationId;
      const { id } = c.req.valid('param');
      const { stillAt } = found(id, await deps.devices.get(org, id));
      const picture = stillAt === null ? undefined : await deps.images.get(stillKey(org, id));
      if (!picture || stillAt === null) throw new NotFound(`device ${id} has sent no picture yet`);
      return c.body(new Uint8Array(picture), 200, {
        'Content-Type': 'image/jpeg',
        'Last-Modified': new Date(stillAt).toUTCString(),
      });
    })
    .openapi(revoke, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const record = await revokeDevice(deps, principal.organizationId, id);
      // Should it be allowed again one day, it must not find what it was asked before.
      await cancelJobs(deps, principal.organizationId, id);
      await deps.audit(principal, 'device.revoked', `device/${id}`);
      return c.json(await one(deps, principal.organizationId, record), 200);
    })
    .openapi(replace, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const { by } = c.req.valid('json');
      const record = await replaceDevice(deps, principal.organizationId, id, by);
      await cancelJobs(deps, principal.organizationId, id);
      await deps.audit(principal, 'device.replaced', `device/${id}`, { by });
      return c.json(await one(deps, principal.organizationId, record), 200);
    })
    .openapi(decommission, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const record = await decommissionDevice(deps, principal.organizationId, id, c.req.valid('json'));
      await deps.audit(principal, 'device.decommissioned', `device/${id}`);
      return c.json(await one(deps, principal.organizationId, record), 200);
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      await removeDevice(deps, principal.organizationId, id);
      await cancelJobs(deps, principal.organizationId, id);
      await deps.audit(principal, 'device.removed', `device/${id}`);
      return c.body(null, 204);
    });
}

function found(id: DeviceId, record: DeviceRecord | undefined): DeviceRecord {
  if (!record) throw new NotFound(`no device ${id}`);
  return record;
}

async function one(deps: DevicesDeps, org: OrganizationId, record: DeviceRecord): Promise<Device> {
  return toDevice(record, await deps.links.online(org, [record.id]));
}

async function several(deps: DevicesDeps, org: OrganizationId, records: readonly DeviceRecord[]): Promise<Device[]> {
  const ids = records.map(({ id }) => id);
  const online = await deps.links.online(org, ids);
  return records.map((record) => toDevice(record, online));
}

/** Which certificates it has is nobody's business outside; what is set on it is at `…/config`. */
function toDevice(record: DeviceRecord, online: ReadonlySet<DeviceId>): Device {
  const { certificate: _, nextCertificate: _next, oldCertificates: _old, settings: _set, ...shown } = record;
  return { ...shown, online: online.has(record.id) };
}

const tags = ['Devices'];
const DeviceParams = z.object({ id: DeviceId });
const oneDevice = jsonAnswer(Device, 'The device');

const list = apiRoute({
  method: 'get',
  path: '/v1/devices',
  tags,
  summary: 'List devices by id',
  allow: ['viewer', 'operator'],
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(Device), 'A page of devices') },
});

const allow = apiRoute({
  method: 'post',
  path: '/v1/devices',
  tags,
  summary: 'Put a serial number on the allow-list, so that the device with it may register once; also a revoked one',
  allow: ['operator'],
  request: { body: jsonBody(DeviceInput) },
  responses: { 201: jsonAnswer(Device, 'The device, `allowed`') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/devices/{id}',
  tags,
  summary: 'Read a device',
  allow: ['viewer', 'operator'],
  request: { params: DeviceParams },
  responses: { 200: oneDevice },
});

const change = apiRoute({
  method: 'patch',
  path: '/v1/devices/{id}',
  tags,
  summary: 'Assign a device to a door',
  allow: ['operator'],
  request: { params: DeviceParams, body: jsonBody(DevicePatch) },
  responses: { 200: oneDevice },
});

const still = apiRoute({
  method: 'get',
  path: '/v1/devices/{id}/still',
  tags,
  summary: 'The last picture that the device sent with its health',
  allow: ['viewer', 'operator'],
  request: { params: DeviceParams },
  responses: {
    200: { description: 'A JPEG', content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } } },
  },
});

const revoke = apiRoute({
  method: 'post',
  path: '/v1/devices/{id}/revoke',
  tags,
  summary: 'Take a device’s access away, now',
  allow: ['operator'],
  request: { params: DeviceParams },
  responses: { 200: oneDevice },
});

const replace = apiRoute({
  method: 'post',
  path: '/v1/devices/{id}/replace',
  tags,
  summary:
    'Let another device, allowed now if it is not yet, take over the door and the settings; the access of this one ends',
  allow: ['operator'],
  request: { params: DeviceParams, body: jsonBody(DeviceReplace) },
  responses: { 200: jsonAnswer(Device, 'The device that took over') },
});

const decommission = apiRoute({
  method: 'post',
  path: '/v1/devices/{id}/decommission',
  tags,
  summary: 'Have a device wipe itself, once it has sent what it has; its access ends then, or at the deadline',
  allow: ['operator'],
  request: { params: DeviceParams, body: jsonBody(DeviceDecommission) },
  responses: { 200: oneDevice },
});

const remove = apiRoute({
  method: 'delete',
  path: '/v1/devices/{id}',
  tags,
  summary: 'Revoke a device and forget it; what it sent stays',
  allow: ['operator'],
  request: { params: DeviceParams },
  responses: { 204: { description: 'It is gone' } },
});
