import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { ForgetReceipt } from '@rollcall/contract/person';
import { NotFound } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { FaceEngine } from '../ports/face-engine.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { ExternalIdStore } from '../store/external-id-store.ts';
import type { Forgetting, ForgettingStore } from '../store/forgetting-store.ts';
import type { GroupStore } from '../store/group-store.ts';
import type { PeopleStore } from '../store/people-store.ts';
import { photoPrefix } from './photo-key.ts';

/** Removes a person's sightings, their pictures and the attendance that follows from them. Done again it removes the rest. */
export type ForgetEvidence = (
  org: OrganizationId,
  personId: PersonId,
) => Promise<{ readonly captures: number; readonly sightings: number; readonly attendance: number }>;

export interface ForgetPersonDeps {
  readonly people: PeopleStore;
  readonly externalIds: ExternalIdStore;
  readonly groups: GroupStore;
  readonly forgetting: ForgettingStore;
  readonly images: Pick<ImageStore, 'deletePrefix'>;
  readonly engine: Pick<FaceEngine, 'delete'>;
  readonly forgetEvidence: ForgetEvidence;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * Removes all that is kept of a person and says how much it was. A note that it is under way comes first, so that what is
 * interrupted is finished after the next start (`resumeForgetting`). Asked for again, it gives the same receipt.
 * @throws NotFound when there never was such a person here.
 */
export async function forgetPerson(
  deps: ForgetPersonDeps,
  org: OrganizationId,
  personId: PersonId,
): Promise<ForgetReceipt> {
  const earlier = await deps.forgetting.get(org, personId);
  if (earlier) return finishForgetting(deps, org, earlier);
  const record = await deps.people.find(org, personId);
  if (!record) {
    const receipt = await deps.forgetting.receipt(org, personId);
    if (receipt) return receipt;
    throw new NotFound(`no person ${personId}`);
  }
  const { id, name, groups, externalId, photos } = record;
  const begun = await deps.forgetting.begin(org, {
    personId,
    receiptId: deps.newId(),
    startedAt: instantOf(deps.clock.now()),
    person: { id, name, groups, externalId, photos },
  });
  return finishForgetting(deps, org, begun);
}

/** Finishes what was interrupted. @returns how many people that were. */
export async function resumeForgetting(deps: ForgetPersonDeps, org: OrganizationId): Promise<number> {
  const underWay = await deps.forgetting.underWay(org);
  for (const forgetting of underWay) await finishForgetting(deps, org, forgetting);
  return underWay.length;
}

async function finishForgetting(
  deps: ForgetPersonDeps,
  org: OrganizationId,
  forgetting: Forgetting,
): Promise<ForgetReceipt> {
  const { person, personId } = forgetting;
  // The number first: as long as its claim is there, somebody could bring the record back from it.
  await deps.externalIds.release(org, person.externalId, personId);
  await deps.people.delete(org, personId);
  await deps.groups.leave(org, person);
  const vectors = await deps.engine.delete(org, personId);
  const photos = await deps.images.deletePrefix(photoPrefix(org, personId));
  const evidence = await deps.forgetEvidence(org, personId);
  // What an interrupted try removed is not found again, but the record said how many photos there were, each with its vector.
  const known = person.photos.length;
  const receipt = {
    id: forgetting.receiptId,
    personId,
    forgottenAt: instantOf(deps.clock.now()),
    removed: { photos: Math.max(photos, known), vectors: Math.max(vectors, known), ...evidence },
  };
  await deps.forgetting.finish(org, receipt);
  return receipt;
}
