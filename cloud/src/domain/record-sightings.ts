import type { OrganizationId, PersonId, SightingId } from '@rollcall/contract/ids';
import type { Appearance } from '../store/appearance-store.ts';
import type { SightingFacts } from '../store/sighting-store.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recomputeAttendance } from './recompute-attendance.ts';
import { dayOf } from './session-day.ts';

/** Sightings in one batch of at most 100 writes, three each. */
const batchSize = 33;

/**
 * Writes sightings and what follows from them in the register. The same again changes nothing.
 * @param again they may have been written before, and somebody may have resolved them since.
 */
export async function recordSightings(
  ports: Pick<RecognitionPorts, 'table' | 'sightings' | 'appearances' | 'attendance'>,
  org: OrganizationId,
  sightings: readonly SightingFacts[],
  options: { readonly zone: string; readonly again: boolean },
): Promise<void> {
  const ids = sightings.map((facts) => facts.id);
  const resolved = options.again ? await ports.sightings.resolutions(org, ids) : new Map<SightingId, unknown>();
  const open = sightings.filter((facts) => !resolved.has(facts.id));
  for (let from = 0; from < open.length; from += batchSize) {
    await ports.table.batch(open.slice(from, from + batchSize).flatMap((facts) => writesOf(ports, org, facts)));
  }
  for (const { personId, at } of open) {
    if (personId) await recomputeAttendance(ports, org, { personId, date: dayOf(at, options.zone) }, options.zone);
  }
}

function writesOf(
  ports: Pick<RecognitionPorts, 'sightings' | 'appearances'>,
  org: OrganizationId,
  facts: SightingFacts,
) {
  const writes = ports.sightings.writes(org, facts);
  if (facts.personId) writes.push(ports.appearances.adding(org, facts.personId, appearanceOf(facts, 'recognition')));
  return writes;
}

/** That a sighting counts for whoever it is. */
export function appearanceOf(facts: SightingFacts, by: Appearance['by']): Appearance {
  return { sightingId: facts.id, at: facts.at, doorId: facts.doorId, captureId: facts.captureId, by };
}

/** Whom a sighting counts for, once an admin has said something or not. */
export function personOf(
  facts: SightingFacts,
  resolution: { readonly personId: PersonId | null } | undefined,
): PersonId | null {
  return resolution ? resolution.personId : facts.personId;
}
