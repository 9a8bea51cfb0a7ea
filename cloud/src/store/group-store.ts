import { type OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';
import type { PersonRecord } from './people-store.ts';
import { sortable } from './sortable.ts';

const Membership = z.object({ personId: PersonId });
const GroupItem = z.object({ name: z.string() });

interface GroupPage {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

/** The part of a person that says where it is listed. */
type Member = Pick<PersonRecord, 'id' | 'name' | 'groups'>;

/**
 * Who is in which group, by name. A group is known by its name and exists while somebody is in it. Memberships follow the
 * person's record: those to come are written before it, those that are over deleted after it, so an interruption leaves one too
 * many and never one too few, and whoever reads a group asks the record.
 */
export class GroupStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async enter(org: OrganizationId, member: Member): Promise<void> {
    for (const group of member.groups) {
      await this.#table.put({ ...membership(org, group, member), personId: member.id });
      await this.#table.put({ pk: `${org}#groups`, sk: group, name: group });
    }
  }

  /** Deletes the memberships of `before` that `after` has not. */
  async leave(org: OrganizationId, before: Member, after?: Member): Promise<void> {
    const kept = new Set(after?.groups.map((group) => JSON.stringify(membership(org, group, after))));
    for (const group of before.groups) {
      const key = membership(org, group, before);
      if (!kept.has(JSON.stringify(key))) await this.#table.delete(key);
    }
  }

  /** Ids by the people's names. Some may have left; see above. */
  async members(org: OrganizationId, group: string, page: GroupPage): Promise<Page<PersonId>> {
    const found = await this.#table.query({
      partition: `${org}#group#${group}`,
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    return {
      items: found.items.map((item) => Membership.parse(item).personId),
      nextCursor: found.cursor ?? null,
    };
  }

  /** How many people are in it, counted by key, so it costs a query per 1,000. */
  async count(org: OrganizationId, group: string): Promise<number> {
    const ids = new Set<PersonId>();
    let cursor: string | null | undefined;
    do {
      const page = await this.members(org, group, { limit: 1000, cursor });
      for (const id of page.items) ids.add(id);
      cursor = page.nextCursor;
    } while (cursor);
    return ids.size;
  }

  /** Names of groups, empty ones too. */
  async names(org: OrganizationId, page: GroupPage): Promise<Page<string>> {
    const found = await this.#table.query({
      partition: `${org}#groups`,
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    return { items: found.items.map((item) => GroupItem.parse(item).name), nextCursor: found.cursor ?? null };
  }
}

function membership(org: OrganizationId, group: string, member: Member): Key {
  return { pk: `${org}#group#${group}`, sk: `${sortable(member.name)}#${member.id}` };
}
