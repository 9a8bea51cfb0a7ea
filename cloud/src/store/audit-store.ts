import { AuditEntry } from '@rollcall/contract/audit';
import type { OrganizationId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import type { Table } from '../ports/table.ts';

/** What happened, in the order in which it did; entries are only ever added. */
export class AuditStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Durable when it resolves, so append before answering. `entry.id` is a ULID; the same id twice is one entry. */
  async append(org: OrganizationId, entry: AuditEntry): Promise<void> {
    await this.#table.put({ pk: partition(org), sk: `${entry.at}#${entry.id}`, ...AuditEntry.parse(entry) });
  }

  /** Newest first. */
  async list(org: OrganizationId, page: { limit: number; cursor?: string | undefined }): Promise<Page<AuditEntry>> {
    const found = await this.#table.query({
      partition: partition(org),
      order: 'descending',
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    return { items: found.items.map((item) => AuditEntry.parse(item)), nextCursor: found.cursor ?? null };
  }
}

function partition(org: OrganizationId): string {
  return `${org}#audit`;
}
