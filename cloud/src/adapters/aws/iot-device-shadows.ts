import {
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  type IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { configShadow } from '@rollcall/contract/topics';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import type { JsonObject } from '@rollcall/kit/merge-patch';
import { z } from 'zod';
import type { DeviceShadow, DeviceShadows } from '../../ports/device-shadows.ts';
import { awsError } from './aws-error.ts';

const Section = z.record(z.string(), z.unknown());
const Document = z.object({
  state: z.object({ desired: Section.optional(), reported: Section.optional() }).default({}),
  version: z.int(),
});

/**
 * Device Shadow of AWS IoT, over its data plane. A thing's name is one in the whole account: whose it is, is the caller's to know.
 * Needs iot:GetThingShadow, iot:UpdateThingShadow and iot:DeleteThingShadow.
 */
export class IotDeviceShadows implements DeviceShadows {
  readonly #client: IoTDataPlaneClient;

  constructor(client: IoTDataPlaneClient) {
    this.#client = client;
  }

  async get(_org: OrganizationId, id: DeviceId): Promise<DeviceShadow | undefined> {
    try {
      const { payload } = await this.#client.send(new GetThingShadowCommand(shadowOf(id)));
      const { state, version } = Document.parse(JSON.parse(new TextDecoder().decode(payload)));
      return { desired: state.desired ?? {}, reported: state.reported, version };
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return undefined;
      throw awsError(error, what(id));
    }
  }

  async setDesired(_org: OrganizationId, id: DeviceId, patch: JsonObject, version: number | undefined): Promise<void> {
    const payload = new TextEncoder().encode(JSON.stringify({ state: { desired: patch }, version }));
    try {
      await this.#client.send(new UpdateThingShadowCommand({ ...shadowOf(id), payload }));
    } catch (error) {
      throw refusal(error, id);
    }
  }

  async delete(_org: OrganizationId, id: DeviceId): Promise<void> {
    try {
      await this.#client.send(new DeleteThingShadowCommand(shadowOf(id)));
    } catch (error) {
      if (nameOf(error) !== 'ResourceNotFoundException') throw awsError(error, what(id));
    }
  }
}

function shadowOf(thingName: DeviceId) {
  return { thingName, shadowName: configShadow };
}

/** Source: "UpdateThingShadow", AWS IoT API reference. */
function refusal(cause: unknown, id: DeviceId): unknown {
  switch (nameOf(cause)) {
    case 'ConflictException':
      return new Conflict(`the shadow of device ${id} has another version by now`, { code: 'version-conflict', cause });
    case 'RequestEntityTooLargeException':
      return new InvalidInput(`the settings of device ${id} are too large for its shadow`, {
        code: 'too-large',
        cause,
      });
    case 'ResourceNotFoundException':
      return new Conflict(`device ${id} has not come yet: it can be set up from afar once it has registered`, {
        code: 'not-registered',
        cause,
      });
    default:
      return awsError(cause, what(id));
  }
}

function what(id: DeviceId): string {
  return `AWS IoT shadow ${configShadow} of thing ${id}`;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
