import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';

const Presence = z.object({
  online: z.boolean(),
  /** Of the connection that was heard of last. */
  session: z.string(),
  /** Counts the connections of a client; the end of one has the number of its beginning. */
  connection: z.int(),
  /** ms since the epoch. */
  at: z.number(),
});
/** The beginning or the end of a device’s connection, the last one that is known. */
export type Presence = Readonly<z.infer<typeof Presence>>;

/** Keys of one read. */
const readSize = 100;

/** Which devices are connected, where connections are told of by events. Beside the device's record: a heartbeat is no presence. */
export class PresenceStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Those of `ids` that are connected as far as is known. */
  async online(org: OrganizationId, ids: readonly DeviceId[]): Promise<ReadonlySet<DeviceId>> {
    const online = new Set<DeviceId>();
    for (let from = 0; from < ids.length; from += readSize) {
      const some = ids.slice(from, from + readSize);
      const items = await this.#table.getMany(some.map((id) => key(org, id)));
      for (const [n, id] of some.entries()) {
        const item = items[n];
        if (item && Presence.parse(item).online) online.add(id);
      }
    }
    return online;
  }

  /**
   * Keeps `next` if `isNewer` than what is there, whatever comes at the same time.
   * @returns whether it was kept.
   */
  async replace(
    org: OrganizationId,
    id: DeviceId,
    next: Presence,
    isNewer: (next: Presence, stored: Presence) => boolean,
  ): Promise<boolean> {
    for (;;) {
      const item = await this.#table.get(key(org, id));
      if (item && !isNewer(next, Presence.parse(item))) return false;
      try {
        await this.#table.put({ ...key(org, id), ...next }, item?.version ?? 'absent');
        return true;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }

  async delete(org: OrganizationId, id: DeviceId): Promise<void> {
    await this.#table.delete(key(org, id));
  }
}

function key(org: OrganizationId, id: DeviceId): Key {
  return { pk: `${org}#device#${id}`, sk: 'presence' };
}
