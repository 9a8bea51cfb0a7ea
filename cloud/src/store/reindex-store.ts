import type { OrganizationId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';

const State = z.object({
  /** When the vectors of all photos were last looked at. */
  lookedAt: Instant,
  /** Photos that there was no time for. */
  left: z.int().nonnegative(),
});
/** How far an organization's photos are indexed. */
export type ReindexState = Readonly<z.infer<typeof State>>;

/** Since when, and how far, the photos of each organization are indexed by the engine's model: to look at all of them is dear. */
export class ReindexStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Undefined when they were never looked at, or are to be looked at anew. */
  async get(org: OrganizationId): Promise<ReindexState | undefined> {
    const item = await this.#table.get(key(org));
    return item && State.parse(item);
  }

  async put(org: OrganizationId, state: ReindexState): Promise<void> {
    await this.#table.put({ ...state, ...key(org) });
  }

  /** Has all photos looked at at the next occasion. */
  async forget(org: OrganizationId): Promise<void> {
    await this.#table.delete(key(org));
  }
}

function key(org: OrganizationId): Key {
  return { pk: `${org}#reindex`, sk: 'state' };
}
