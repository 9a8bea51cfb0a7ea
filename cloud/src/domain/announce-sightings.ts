import type { Organization } from '@rollcall/contract/organization';
import { instantOf } from '@rollcall/kit/clock';
import type { SightingFacts } from '../store/sighting-store.ts';
import { describeSightings } from './describe-sighting.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { dayOf } from './session-day.ts';

/**
 * Tells open dashboards of new sightings and of the days that they changed. Best effort: whoever misses it reads it later,
 * so nothing that goes wrong here undoes what was recorded.
 */
export async function announceSightings(
  ports: Pick<RecognitionPorts, 'sightings' | 'appearances' | 'attendance' | 'people' | 'liveFeed' | 'clock' | 'log'>,
  organization: Organization,
  facts: readonly SightingFacts[],
): Promise<void> {
  if (facts.length === 0) return;
  try {
    for (const sighting of await describeSightings(ports, organization, facts)) {
      const one = facts.find((candidate) => candidate.id === sighting.id);
      if (one && (await isRepeated(ports, organization, one))) continue;
      await ports.liveFeed.publish(organization.id, { kind: 'sighting', sighting });
    }
    const dates = new Set(facts.flatMap((one) => (one.personId ? [dayOf(one.at, organization.timeZone)] : [])));
    for (const date of dates) await ports.liveFeed.publish(organization.id, { kind: 'attendance', date });
  } catch (err) {
    ports.log.warn('sightings-not-announced', { count: facts.length, err });
  }
}

/** Whether the same person was at the same door a moment before. */
async function isRepeated(
  ports: Pick<RecognitionPorts, 'appearances'>,
  organization: Organization,
  facts: SightingFacts,
): Promise<boolean> {
  if (!facts.personId || organization.dedupeWindowSeconds === 0) return false;
  const from = instantOf(Date.parse(facts.at) - organization.dedupeWindowSeconds * 1000);
  const before = await ports.appearances.between(organization.id, facts.personId, from, facts.at);
  return before.some((one) => one.doorId === facts.doorId && one.sightingId !== facts.id);
}
