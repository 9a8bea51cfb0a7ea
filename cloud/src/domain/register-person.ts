import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Person, PersonInput } from '@rollcall/contract/person';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ExternalIdStore } from '../store/external-id-store.ts';
import type { GroupStore } from '../store/group-store.ts';
import { type PeopleStore, personOf } from '../store/people-store.ts';
import { claimExternalId } from './claim-external-id.ts';
import { createRecord } from './create-record.ts';

export interface RegisterPersonDeps {
  readonly people: PeopleStore;
  readonly externalIds: ExternalIdStore;
  readonly groups: GroupStore;
  readonly clock: Clock;
  readonly newPersonId: () => PersonId;
}

/**
 * A new person. The external id is claimed first, with the whole record in the claim; a process that dies in between leaves a
 * claim that the next one to ask for the id brings to its end.
 * @throws Conflict `external-id-taken`
 */
export async function registerPerson(
  deps: RegisterPersonDeps,
  org: OrganizationId,
  input: PersonInput,
): Promise<Person> {
  const now = instantOf(deps.clock.now());
  const record = {
    id: deps.newPersonId(),
    externalId: input.externalId,
    name: input.name,
    ...(input.email === undefined ? {} : { email: input.email }),
    groups: [...new Set(input.groups)],
    method: input.method ?? 'face',
    consent: null,
    photos: [],
    createdAt: now,
    updatedAt: now,
  };
  const claim = { personId: record.id, claimedAt: deps.clock.now(), pending: record };
  await claimExternalId(deps, org, record.externalId, claim);
  await createRecord(deps, org, record);
  await deps.externalIds.settle(org, record.externalId, claim);
  return personOf(record);
}
