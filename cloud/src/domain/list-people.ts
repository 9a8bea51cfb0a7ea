import type { OrganizationId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import type { Person, PersonQuery } from '@rollcall/contract/person';
import type { GroupStore } from '../store/group-store.ts';
import type { Named, PeopleStore } from '../store/people-store.ts';
import { sortable } from '../store/sortable.ts';

export interface ListPeopleDeps {
  readonly people: PeopleStore;
  readonly groups: GroupStore;
}

/** People by name: all, those of a group, those in whose name or external id the query is found. */
export async function listPeople(
  deps: ListPeopleDeps,
  org: OrganizationId,
  query: PersonQuery & { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Person>> {
  const wanted = query.query ? sortable(query.query) : undefined;
  const where = (person: Named): boolean =>
    wanted === undefined || sortable(person.name).includes(wanted) || sortable(person.externalId).includes(wanted);
  const { limit, cursor, groupId } = query;
  if (groupId === undefined) return deps.people.list(org, { limit, cursor, ...(wanted ? { where } : {}) });

  const people: Person[] = [];
  let after = cursor;
  do {
    // No more than may be given: the cursor stands behind what was read.
    const page = await deps.groups.members(org, groupId, { limit: limit - people.length, cursor: after });
    const records = await deps.people.getMany(org, page.items);
    const members = page.items.flatMap((id) => records.get(id) ?? []);
    people.push(...members.filter((person) => person.groups.includes(groupId) && where(person)));
    after = page.nextCursor ?? undefined;
  } while (after && people.length < limit);
  return { items: people, nextCursor: after ?? null };
}
