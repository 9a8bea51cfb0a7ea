import { CaptureId, DoorId, type OrganizationId, type PersonId, SightingId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';

export const Appearance = z.object({
  sightingId: SightingId,
  at: Instant,
  doorId: DoorId.nullable(),
  captureId: CaptureId,
  by: z.enum(['recognition', 'resolution']),
});
/** That a sighting counts for a person: by its verdict, or because an admin said so. */
export type Appearance = Readonly<z.infer<typeof Appearance>>;

/**
 * Which sightings count for whom, in a partition per person, by time. In the base table, not in an index: DynamoDB's indexes lag
 * behind, and attendance is computed from these in the same breath.
 */
export class AppearanceStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @returns the write, for a batch. */
  adding(org: OrganizationId, personId: PersonId, appearance: Appearance): { readonly put: Item } {
    return { put: { ...appearance, ...key(org, personId, appearance) } };
  }

  removing(
    org: OrganizationId,
    personId: PersonId,
    appearance: Pick<Appearance, 'at' | 'sightingId'>,
  ): { delete: Key } {
    return { delete: key(org, personId, appearance) };
  }

  /** All from `from` until before `to`, in order. */
  async between(org: OrganizationId, personId: PersonId, from: Instant, to: Instant): Promise<Appearance[]> {
    const all: Appearance[] = [];
    for (let cursor: string | undefined; ; ) {
      const query = { partition: partition(org, personId), range: { from, to }, limit: 1000 };
      const page = await this.#table.query({ ...query, ...(cursor ? { cursor } : {}) });
      all.push(...page.items.map((item) => Appearance.parse(item)));
      cursor = page.cursor;
      if (!cursor) return all;
    }
  }

  /** Newest first. */
  async list(
    org: OrganizationId,
    personId: PersonId,
    range: { readonly from?: Instant | undefined; readonly to?: Instant | undefined },
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{ readonly items: readonly Appearance[]; readonly nextCursor: string | null }> {
    const found = await this.#table.query({
      partition: partition(org, personId),
      // `$` comes after the `#` that ends the instant in the key.
      range: { ...(range.from ? { from: range.from } : {}), ...(range.to ? { to: `${range.to}$` } : {}) },
      order: 'descending',
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    return { items: found.items.map((item) => Appearance.parse(item)), nextCursor: found.cursor ?? null };
  }
}

function partition(org: OrganizationId, personId: PersonId): string {
  return `${org}#appearance#${personId}`;
}

function key(org: OrganizationId, personId: PersonId, appearance: Pick<Appearance, 'at' | 'sightingId'>): Key {
  return { pk: partition(org, personId), sk: `${appearance.at}#${appearance.sightingId}` };
}
