import { type OrganizationId, PersonId } from '@rollcall/contract/ids';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';
import { PersonRecord } from './people-store.ts';

const ExternalIdClaim = z.object({
  personId: PersonId,
  /** ms since the epoch. */
  claimedAt: z.number(),
  /** The person to be created with it, until that is done: so whoever finds the claim of a process that died can finish. */
  pending: PersonRecord.nullable(),
  version: z.int().default(0),
});
/** Who has an external id. */
export type ExternalIdClaim = Readonly<z.infer<typeof ExternalIdClaim>>;

/** External ids (roll or staff numbers) of an organization: each is one item, so no two people get the same. */
export class ExternalIdStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, externalId: string): Promise<ExternalIdClaim | undefined> {
    const item = await this.#table.get(key(org, externalId));
    return item && ExternalIdClaim.parse(item);
  }

  /** @throws Conflict `condition-failed` when it is taken, or, with `over`, when that claim has changed. */
  async claim(
    org: OrganizationId,
    externalId: string,
    claim: Omit<ExternalIdClaim, 'version'>,
    over?: ExternalIdClaim,
  ): Promise<void> {
    await this.#table.put({ ...claim, ...key(org, externalId) }, over?.version ?? 'absent');
  }

  /** The person is created: the copy goes. */
  async settle(org: OrganizationId, externalId: string, claim: Omit<ExternalIdClaim, 'version'>): Promise<void> {
    const { personId, claimedAt } = claim;
    await this.#table.put({ personId, claimedAt, pending: null, ...key(org, externalId) });
  }

  /** Frees it, if it is still this person's. */
  async release(org: OrganizationId, externalId: string, personId: PersonId): Promise<void> {
    const claim = await this.get(org, externalId);
    if (claim?.personId === personId) await this.#table.delete(key(org, externalId), claim.version);
  }
}

function key(org: OrganizationId, externalId: string): Key {
  return { pk: `${org}#external-id#${externalId}`, sk: 'claim' };
}
