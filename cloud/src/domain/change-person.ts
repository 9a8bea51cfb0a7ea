import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Consent, Person, PersonPatch } from '@rollcall/contract/person';
import { Conflict, NotFound } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import { type PersonRecord, personOf } from '../store/people-store.ts';
import { type ClaimExternalIdDeps, claimExternalId } from './claim-external-id.ts';

/**
 * Changes what `patch` names. A new external id is claimed before and the old one freed after, so at no instant is the person
 * without one.
 * @throws NotFound; Conflict `external-id-taken`, or `conflict` for `method: manual` while there are photos.
 */
export async function changePerson(
  deps: ClaimExternalIdDeps,
  org: OrganizationId,
  id: PersonId,
  patch: PersonPatch,
): Promise<Person> {
  const before = await deps.people.find(org, id);
  if (!before) throw new NotFound(`no person ${id}`);
  const { externalId } = patch;
  if (externalId !== undefined) {
    await claimExternalId(deps, org, externalId, { personId: id, claimedAt: deps.clock.now(), pending: null });
  }
  await deps.groups.enter(org, patched(before, patch));
  let replaced = before;
  const after = await deps.people.change(org, id, (record) => {
    replaced = record;
    const changed = patched(record, patch);
    if (changed.method === 'manual' && changed.photos.length > 0) {
      throw new Conflict('expected no photos of a person who is marked by hand: delete them first');
    }
    return { ...changed, updatedAt: instantOf(deps.clock.now()) };
  });
  if (!after) throw new NotFound(`no person ${id}`);
  // Again, for what somebody else changed in the meantime; it is a no-op otherwise.
  if (replaced.updatedAt !== before.updatedAt) await deps.groups.enter(org, after);
  await deps.groups.leave(org, replaced, after);
  if (replaced.externalId !== after.externalId) await deps.externalIds.release(org, replaced.externalId, id);
  return personOf(after);
}

/** Records consent, over an earlier one. @throws NotFound */
export async function recordConsent(
  deps: Pick<ClaimExternalIdDeps, 'people' | 'clock'>,
  org: OrganizationId,
  id: PersonId,
  consent: Consent,
): Promise<Person> {
  const updatedAt = instantOf(deps.clock.now());
  const after = await deps.people.change(org, id, (record) => ({ ...record, consent, updatedAt }));
  if (!after) throw new NotFound(`no person ${id}`);
  return personOf(after);
}

function patched(record: PersonRecord, patch: PersonPatch): PersonRecord {
  const { email: before, ...rest } = record;
  const email = patch.email === undefined ? before : patch.email;
  return {
    ...rest,
    externalId: patch.externalId ?? record.externalId,
    name: patch.name ?? record.name,
    ...(email ? { email } : {}),
    groups: patch.groups ? [...new Set(patch.groups)] : record.groups,
    method: patch.method ?? record.method,
  };
}
