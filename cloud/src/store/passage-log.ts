import type { DoorId, OrganizationId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { Passage, type PassageQuery } from '@rollcall/contract/passage';
import { Conflict } from '@rollcall/kit/app-error';
import type { Table } from '../ports/table.ts';

/** Passages as their devices told of them, beside what recognition knows of them; listed by door in index 1. */
export class PassageLog {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Writes it down once: told again, it stays what it was. @param expiresAt seconds since the epoch. */
  async add(org: OrganizationId, passage: Passage, expiresAt: number): Promise<void> {
    const listed = { i1pk: partitionOf(org, passage.doorId), i1sk: `${passage.openedAt}#${passage.id}` };
    try {
      await this.#table.put(
        { ...passage, pk: `${org}#passage#${passage.id}`, sk: 'told', ...listed, expiresAt },
        'absent',
      );
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }

  /** At a door, newest first. */
  async list(
    org: OrganizationId,
    door: DoorId,
    { from, to }: PassageQuery,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<Passage>> {
    const found = await this.#table.query({
      partition: partitionOf(org, door),
      index: 1,
      // `$` comes after the `#` that ends the instant in the key.
      range: { ...(from && { from }), ...(to && { to: `${to}$` }) },
      order: 'descending',
      limit: page.limit,
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    });
    return { items: found.items.map((item) => Passage.parse(item)), nextCursor: found.cursor ?? null };
  }
}

function partitionOf(org: OrganizationId, door: DoorId): string {
  return `${org}#passages-at#${door}`;
}
