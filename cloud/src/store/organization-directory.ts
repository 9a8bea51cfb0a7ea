import { OrganizationId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { NotFound } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Table } from '../ports/table.ts';

const Entry = z.object({ id: OrganizationId, createdAt: Instant });
/** An organization that was made in this deployment. */
export type OrganizationEntry = Readonly<z.infer<typeof Entry>>;

/** The one partition that belongs to no organization. Read by timers and by whoever operates the deployment, so never hot. */
const partition = 'organizations';
/** Entries read at once. */
const pageSize = 500;

/** The organizations of a deployment, by id. One that is not listed here does not exist, whatever a token or a topic says. */
export class OrganizationDirectory {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @throws Conflict `condition-failed` when there is one with this id. */
  async add(entry: OrganizationEntry): Promise<void> {
    await this.#table.put({ pk: partition, sk: entry.id, ...entry }, 'absent');
  }

  async get(id: OrganizationId): Promise<OrganizationEntry | undefined> {
    const item = await this.#table.get({ pk: partition, sk: id });
    return item && Entry.parse(item);
  }

  /** @throws NotFound when there is none with this id. */
  async mustHave(id: OrganizationId): Promise<void> {
    if (!(await this.get(id))) throw new NotFound(`there is no organization ${id}`);
  }

  /** All of them, page by page. */
  async *list(): AsyncGenerator<OrganizationEntry, void> {
    for (let cursor: string | undefined; ; ) {
      const page = await this.#table.query({ partition, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
      for (const item of page.items) yield Entry.parse(item);
      cursor = page.cursor;
      if (cursor === undefined) return;
    }
  }
}
