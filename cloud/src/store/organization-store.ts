import type { OrganizationId } from '@rollcall/contract/ids';
import { type MatchThresholds, Organization, type OrganizationPatch } from '@rollcall/contract/organization';
import type { Table } from '../ports/table.ts';

/** What an organization starts with; what it has not set follows these. */
export interface OrganizationDefaults {
  /** IANA zone of the machine. */
  readonly timeZone: string;
  readonly thresholds: MatchThresholds;
}

const name = 'My organization';
const dedupeWindowSeconds = 300;
const retention = { captureDays: 90, unknownDays: 14 };

/** Settings of organizations. One that was never changed is made of defaults. */
export class OrganizationStore {
  readonly #table: Table;
  readonly #defaults: OrganizationDefaults;

  constructor(table: Table, defaults: OrganizationDefaults) {
    this.#table = table;
    this.#defaults = defaults;
  }

  async get(org: OrganizationId): Promise<Organization> {
    return this.#merged(org, await this.#table.get(key(org)));
  }

  /**
   * Changes what `patch` names.
   * @throws Conflict `condition-failed` when somebody else changed it in the same instant.
   */
  async change(org: OrganizationId, patch: OrganizationPatch): Promise<Organization> {
    const stored = await this.#table.get(key(org));
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const item = await this.#table.put({ ...stored, ...given, ...key(org) }, stored?.version ?? 'absent');
    return this.#merged(org, item);
  }

  #merged(org: OrganizationId, stored: object | undefined): Organization {
    const base = { name, day: null, dedupeWindowSeconds, retention, ...this.#defaults };
    return Organization.parse({ ...base, ...stored, id: org });
  }
}

function key(org: OrganizationId): { pk: string; sk: string } {
  return { pk: `${org}#organization`, sk: 'settings' };
}
