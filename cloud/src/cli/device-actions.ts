import { DeviceJob, isJobOver } from '@rollcall/contract/device-job';
import type { DeviceId, DoorId } from '@rollcall/contract/ids';
import { pageOf } from '@rollcall/contract/page';
import { Device } from '@rollcall/contract/place';
import { Conflict, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import type { ApiClient, Send } from '../client/api-client.ts';
import type { DeviceRow } from './device-csv.ts';
import type { DeviceAction } from './each-device.ts';
import { sendAgain } from './send-again.ts';

/**
 * What can be done with a device, each in a way that can be done again: what is so already is said to be. So a list that was cut off is
 * gone on with by running it once more.
 */
export function deviceActions(client: ApiClient) {
  const send = async (at: string, what?: Send) => Device.parse(await (await sendAgain(client, at, what)).json());
  const find = async (id: DeviceId): Promise<Device | undefined> => {
    try {
      return await send(path(id));
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  };
  const need = async (id: DeviceId): Promise<Device> => {
    const device = await find(id);
    if (!device) throw new NotFound(`there is no device ${id}`);
    return device;
  };

  const assign = async (device: Device, door: DoorId | undefined) => {
    const doorId = door ?? null;
    if (device.doorId === doorId) return { outcome: 'already', detail: watches(device) } as const;
    return {
      outcome: 'done',
      detail: watches(await send(path(device.id), { method: 'PATCH', body: { doorId } })),
    } as const;
  };

  const actions = {
    allow: async ({ serial: id, door }: DeviceRow) => {
      const device = await find(id);
      if (device?.state === 'allowed' || device?.state === 'active') {
        const words = device.state === 'allowed' ? 'may register' : 'has registered';
        if (door === undefined || device.doorId === door) return { outcome: 'already', detail: words } as const;
        return assign(device, door);
      }
      const body = { id, ...(door === undefined ? {} : { doorId: door }) };
      const allowed = await send('/v1/devices', { method: 'POST', body });
      return { outcome: 'done', detail: `may register once; ${watches(allowed)}` } as const;
    },

    assign: async ({ serial, door }: DeviceRow) => assign(await need(serial), door),

    replace: async ({ serial, by }: DeviceRow) => {
      if (by === undefined) throw new InvalidInput('expected the new device in the column by');
      const old = await need(serial);
      if (old.replacedBy === by && (old.state === 'revoked' || old.state === 'decommissioned')) {
        return { outcome: 'already', detail: `${by} took its place` } as const;
      }
      const next = await send(path(serial, '/replace'), { method: 'POST', body: { by } });
      const comes = next.state === 'active' ? '' : ', once it has come';
      return { outcome: 'done', detail: `revoked; ${by} ${watches(next)}${comes}` } as const;
    },

    rotate: async ({ serial }: DeviceRow) => {
      const page = pageOf(DeviceJob).parse(await (await sendAgain(client, path(serial, '/jobs?limit=20'))).json());
      const waiting = page.items.find((job) => job.kind === 'rotate' && !isJobOver(job.status));
      if (waiting) return { outcome: 'already', detail: `asked at ${waiting.queuedAt}, ${waiting.id}` } as const;
      const answer = await sendAgain(client, path(serial, '/jobs'), { method: 'POST', body: { kind: 'rotate' } });
      return { outcome: 'done', detail: `asked, ${DeviceJob.parse(await answer.json()).id}` } as const;
    },

    revoke: async ({ serial }: DeviceRow) => {
      const { state, decommission } = await need(serial);
      if (state === 'revoked') return { outcome: 'already', detail: 'revoked' } as const;
      if (state === 'decommissioned') {
        return { outcome: 'already', detail: `without access: wiped at ${decommission?.wipedAt}` } as const;
      }
      await send(path(serial, '/revoke'), { method: 'POST' });
      return { outcome: 'done', detail: 'revoked' } as const;
    },

    remove: async ({ serial }: DeviceRow) => {
      if (!(await find(serial))) return { outcome: 'already', detail: 'not there' } as const;
      await sendAgain(client, path(serial), { method: 'DELETE' });
      return { outcome: 'done', detail: 'gone' } as const;
    },
  } satisfies Record<string, DeviceAction>;

  return {
    ...actions,
    need,
    /** @param deadlineHours for a device that is away. */
    decommission:
      (deadlineHours: number): DeviceAction =>
      async ({ serial }) => {
        const device = await need(serial);
        if (device.state === 'decommissioned') {
          return { outcome: 'already', detail: `wiped at ${device.decommission?.wipedAt}` };
        }
        if (device.state === 'decommissioning') return { outcome: 'already', detail: onItsWay(device) };
        const asked = await send(path(serial, '/decommission'), { method: 'POST', body: { deadlineHours } });
        if (asked.state === 'revoked') throw new Conflict('it was revoked meanwhile');
        return { outcome: 'done', detail: onItsWay(asked) };
      },
  };
}

export type DeviceActions = ReturnType<typeof deviceActions>;

function path(id: DeviceId, rest = ''): string {
  return `/v1/devices/${encodeURIComponent(id)}${rest}`;
}

function watches({ doorId }: Device): string {
  return doorId === null ? 'watches no door' : `watches ${doorId}`;
}

function onItsWay({ online, decommission }: Device): string {
  return `${online ? 'is being wiped' : 'is wiped when it comes'}; revoked at ${decommission?.deadline} at the latest`;
}
