import type { OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import type { GroupStore } from '../store/group-store.ts';
import type { PeopleStore, PersonRecord } from '../store/people-store.ts';

/** Writes a new person where it is looked for. Done again it changes nothing. */
export async function createRecord(
  deps: { readonly people: PeopleStore; readonly groups: GroupStore },
  org: OrganizationId,
  record: PersonRecord,
): Promise<void> {
  await deps.groups.enter(org, record);
  try {
    await deps.people.create(org, record);
  } catch (error) {
    // Somebody who found the claim has finished it for us.
    if (!(error instanceof Conflict)) throw error;
  }
}
