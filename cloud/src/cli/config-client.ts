import { setTimeout as wait } from 'node:timers/promises';
import { DeviceConfigStatus } from '@rollcall/contract/device-config';
import type { DeviceId } from '@rollcall/contract/ids';
import { Device } from '@rollcall/contract/place';
import type { ApiClient, Send } from '../client/api-client.ts';
import { sendAgain } from './send-again.ts';

const lookEveryMs = 500;

export type ConfigClient = ReturnType<typeof configClient>;

/** The configuration of devices, over the API. */
export function configClient(client: ApiClient) {
  const send = async (id: DeviceId, what?: Send) =>
    DeviceConfigStatus.parse(await (await sendAgain(client, path(id, '/config'), what)).json());
  const read = (id: DeviceId) => send(id);
  return {
    read,

    write: (id: DeviceId, method: 'PUT' | 'PATCH', body: object) => send(id, { method, body }),

    /** Looks until the device has answered, or the time is over. One that is away is not waited for. */
    follow: async (id: DeviceId, status: DeviceConfigStatus, waitMs: number): Promise<DeviceConfigStatus> => {
      if (waitMs === 0 || !(await client.json(Device, path(id))).online) return status;
      const until = performance.now() + waitMs;
      let now = status;
      while (now.state === 'waiting' && performance.now() < until) {
        await wait(lookEveryMs);
        now = await read(id);
      }
      return now;
    },
  };
}

function path(id: DeviceId, rest = ''): string {
  return `/v1/devices/${encodeURIComponent(id)}${rest}`;
}
