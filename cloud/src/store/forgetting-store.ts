import { type OrganizationId, PersonId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { ForgetReceipt } from '@rollcall/contract/person';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';
import { PersonRecord } from './people-store.ts';

const Forgetting = z.object({
  personId: PersonId,
  receiptId: z.string(),
  startedAt: Instant,
  /** What still has to be found by: where the person is listed, and the photos. */
  person: PersonRecord.pick({ id: true, name: true, groups: true, externalId: true, photos: true }),
});
/** A person who is being forgotten. */
export type Forgetting = Readonly<z.infer<typeof Forgetting>>;

/** People on their way out, until nothing is left of them but a receipt with numbers. */
export class ForgettingStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @returns the one that is under way already, if there is. */
  async begin(org: OrganizationId, forgetting: Forgetting): Promise<Forgetting> {
    try {
      return Forgetting.parse(await this.#table.put({ ...forgetting, ...key(org, forgetting.personId) }, 'absent'));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return Forgetting.parse(await this.#table.get(key(org, forgetting.personId)));
    }
  }

  async get(org: OrganizationId, personId: PersonId): Promise<Forgetting | undefined> {
    const item = await this.#table.get(key(org, personId));
    return item && Forgetting.parse(item);
  }

  /** Those under way: after a start, those that were interrupted. At most 1,000. */
  async underWay(org: OrganizationId): Promise<Forgetting[]> {
    const page = await this.#table.query({ partition: `${org}#forgetting`, limit: 1000 });
    return page.items.map((item) => Forgetting.parse(item));
  }

  /** The receipt stays; what was needed to find things goes. */
  async finish(org: OrganizationId, receipt: ForgetReceipt): Promise<void> {
    await this.#table.put({ ...receipt, ...receiptKey(org, receipt.personId) });
    await this.#table.delete(key(org, receipt.personId));
  }

  async receipt(org: OrganizationId, personId: PersonId): Promise<ForgetReceipt | undefined> {
    const item = await this.#table.get(receiptKey(org, personId));
    return item && ForgetReceipt.parse(item);
  }
}

function key(org: OrganizationId, personId: PersonId): Key {
  return { pk: `${org}#forgetting`, sk: personId };
}

function receiptKey(org: OrganizationId, personId: PersonId): Key {
  return { pk: `${org}#forget-receipt#${personId}`, sk: 'receipt' };
}
