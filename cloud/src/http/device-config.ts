import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { DeviceConfigStatus, DeviceSettings, DeviceSettingsPatch } from '@rollcall/contract/device-config';
import { DeviceId } from '@rollcall/contract/ids';
import { maxShadowBytes } from '@rollcall/contract/topics';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { Context } from 'hono';
import { type ConfigureDevicePorts, configureDevice, patched, readDeviceConfig } from '../domain/configure-device.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface DeviceConfigDeps extends ConfigureDevicePorts {
  readonly audit: Audit;
}

/** `/v1/devices/{id}/config`: what is set from afar, what is in effect, and why it is not if it is not. */
export function deviceConfigRoutes(deps: DeviceConfigDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const status = await readDeviceConfig(deps, c.get('principal').organizationId, id);
      return c.json(status, 200, { ETag: etagOf(status) });
    })
    .openapi(replace, async (c) => {
      const settings = c.req.valid('json');
      const status = await change(c, c.req.valid('param').id, () => settings, Object.keys(settings));
      return c.json(status, 200, { ETag: etagOf(status) });
    })
    .openapi(merge, async (c) => {
      const patch = c.req.valid('json');
      const status = await change(c, c.req.valid('param').id, patched(patch), Object.keys(patch));
      return c.json(status, 200, { ETag: etagOf(status) });
    });

  async function change(
    c: Context<ApiEnv>,
    id: DeviceId,
    how: Parameters<typeof configureDevice>[3],
    keys: readonly string[],
  ): Promise<DeviceConfigStatus> {
    const principal = c.get('principal');
    const status = await configureDevice(deps, principal.organizationId, id, how, versionSeen(c));
    const details = { version: String(status.version), settings: keys.join(' ').slice(0, 200) };
    await deps.audit(principal, 'device.configured', `device/${id}`, details);
    return status;
  }
}

function etagOf({ version }: DeviceConfigStatus): string {
  return `"${version}"`;
}

/** The version in `If-Match`, as the answer's `ETag` has it, or bare. @throws InvalidInput */
function versionSeen(c: Context<ApiEnv>): number | undefined {
  const given = c.req.header('if-match')?.trim();
  if (given === undefined || given === '*') return undefined;
  const [, version] = /^(?:W\/)?"?(\d{1,15})"?$/.exec(given) ?? [];
  if (version !== undefined) return Number(version);
  throw new InvalidInput(`expected If-Match with the version that was read, such as "3", got ${given.slice(0, 40)}`);
}

const tags = ['Devices'];
const DeviceParams = z.object({ id: DeviceId });
const headers = z.object({
  'if-match': z.string().optional().describe('the version that was read, so that no other change is lost'),
});
const status = jsonAnswer(DeviceConfigStatus, 'What is set, what is in effect, and what the device makes of it');

const read = apiRoute({
  method: 'get',
  path: '/v1/devices/{id}/config',
  tags,
  summary: 'Read what is set on a device from afar, and what is in effect',
  allow: ['viewer', 'operator'],
  request: { params: DeviceParams },
  responses: { 200: status },
});

const replace = apiRoute({
  method: 'put',
  path: '/v1/devices/{id}/config',
  tags,
  summary: 'Set all that is set on a device from afar; what is left out is as its `agent.json` has it',
  allow: ['operator'],
  refusals: ['conflict'],
  maxBytes: maxShadowBytes,
  request: { params: DeviceParams, headers, body: jsonBody(DeviceSettings) },
  responses: { 200: status },
});

const merge = apiRoute({
  method: 'patch',
  path: '/v1/devices/{id}/config',
  tags,
  summary: 'Change some of what is set on a device from afar (RFC 7396: null takes a setting back)',
  allow: ['operator'],
  refusals: ['conflict'],
  maxBytes: maxShadowBytes,
  request: { params: DeviceParams, headers, body: jsonBody(DeviceSettingsPatch) },
  responses: { 200: status },
});
