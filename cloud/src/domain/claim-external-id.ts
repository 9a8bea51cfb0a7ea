import type { OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { ExternalIdClaim, ExternalIdStore } from '../store/external-id-store.ts';
import type { GroupStore } from '../store/group-store.ts';
import type { PeopleStore } from '../store/people-store.ts';
import { createRecord } from './create-record.ts';

export interface ClaimExternalIdDeps {
  readonly people: PeopleStore;
  readonly externalIds: ExternalIdStore;
  readonly groups: GroupStore;
  readonly clock: Clock;
}

/** ms after which a claim that nobody's record bears out is taken for that of a process that died. */
const abandonedAfterMs = 60_000;

/**
 * Takes an external id for a person, who may have it already. Over a claim that was left behind it is taken too.
 * @throws Conflict `external-id-taken`, naming nobody.
 */
export async function claimExternalId(
  deps: ClaimExternalIdDeps,
  org: OrganizationId,
  externalId: string,
  claim: Omit<ExternalIdClaim, 'version'>,
): Promise<void> {
  const held = await deps.externalIds.get(org, externalId);
  if (held?.personId === claim.personId) return;
  if (held && !(await wasLeftBehind(deps, org, externalId, held))) throw taken(externalId);
  try {
    await deps.externalIds.claim(org, externalId, claim, held);
  } catch (error) {
    if (error instanceof Conflict) throw taken(externalId, error);
    throw error;
  }
}

async function wasLeftBehind(
  deps: ClaimExternalIdDeps,
  org: OrganizationId,
  externalId: string,
  held: ExternalIdClaim,
): Promise<boolean> {
  if (held.pending) {
    // Whoever asked for it may still be at it, or is gone: either way the person comes to be, once.
    await createRecord(deps, org, held.pending);
    await deps.externalIds.settle(org, externalId, held);
    return false;
  }
  const holder = await deps.people.find(org, held.personId);
  return holder?.externalId !== externalId && deps.clock.now() - held.claimedAt > abandonedAfterMs;
}

function taken(externalId: string, cause?: unknown): Conflict {
  return new Conflict(`expected an externalId that nobody has, got ${JSON.stringify(externalId)}`, {
    code: 'external-id-taken',
    cause,
  });
}
