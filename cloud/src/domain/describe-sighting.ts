import type { DoorId, PersonId } from '@rollcall/contract/ids';
import { allDaySessionId } from '@rollcall/contract/attendance';
import type { Organization } from '@rollcall/contract/organization';
import type { Person } from '@rollcall/contract/person';
import type { AttendanceMark, PersonRef, Sighting, Verdict } from '@rollcall/contract/sighting';
import type { DaySeen } from '../store/attendance-store.ts';
import type { SightingFacts, StoredResolution } from '../store/sighting-store.ts';
import { attend } from './attend.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { personOf } from './record-sightings.ts';
import { dayOf, sessionTimes } from './session-day.ts';

const noDoorNames: ReadonlyMap<DoorId, string> = new Map();

/**
 * Sightings as the API shows them: with names, what an admin made of them, and what they did to the register.
 * A person who was forgotten is nobody any more.
 */
export async function describeSightings(
  ports: Pick<RecognitionPorts, 'sightings' | 'attendance' | 'people' | 'clock'>,
  organization: Organization,
  facts: readonly SightingFacts[],
): Promise<Sighting[]> {
  const org = organization.id;
  const resolutions = await ports.sightings.resolutions(
    org,
    facts.map((one) => one.id),
  );
  const rows = facts.flatMap((one) => {
    const personId = personOf(one, resolutions.get(one.id));
    return personId ? [{ personId, date: dayOf(one.at, organization.timeZone) }] : [];
  });
  const mentioned = facts.flatMap((one) => one.candidates.map((candidate) => candidate.personId));
  const [people, seen] = await Promise.all([
    ports.people.getMany(org, [...rows.map((row) => row.personId), ...mentioned]),
    ports.attendance.getMany(org, rows),
  ]);
  const seenBy = new Map(seen.map((row) => [`${row.date} ${row.personId}`, row]));
  return facts.map((one) => {
    const resolution = resolutions.get(one.id);
    const personId = personOf(one, resolution);
    const person = personId ? people.get(personId) : undefined;
    const row = personId ? seenBy.get(`${dayOf(one.at, organization.timeZone)} ${personId}`) : undefined;
    const mark = person && row ? markOf(one, person, row, organization, ports.clock.now()) : undefined;
    return { ...described(one, resolution, people), person: refOf(person), ...(mark ? { attendance: mark } : {}) };
  });
}

/** A sighting as a kiosk shows it: without how similar anybody is, and no candidates. */
export function forKiosk(sighting: Sighting): Sighting {
  // What is wrong with an unusable picture helps to take a better one, and says nothing of anybody.
  const reason = kioskReasons[sighting.verdict] ?? sighting.reason;
  return { ...sighting, reason, similarity: null, candidates: [], resolution: null };
}

const kioskReasons: Readonly<Partial<Record<Verdict, string>>> = {
  accepted: 'recognized',
  doubtful: 'not sure who this is',
  unknown: 'not known here',
  spoof: 'not a live face',
};

function described(
  facts: SightingFacts,
  resolution: StoredResolution | undefined,
  people: ReadonlyMap<PersonId, Person>,
): Omit<Sighting, 'person' | 'attendance'> {
  return {
    id: facts.id,
    at: facts.at,
    verdict: facts.verdict,
    reason: facts.reason,
    similarity: facts.similarity,
    candidates: facts.candidates.flatMap(({ personId, similarity }) => {
      const person = refOf(people.get(personId));
      return person ? [{ person, similarity }] : [];
    }),
    doorId: facts.doorId,
    deviceId: facts.deviceId,
    captureId: facts.captureId,
    passageId: facts.passageId,
    resolution: resolution ? { at: resolution.at, by: resolution.by, personId: resolution.personId } : null,
  };
}

function markOf(
  facts: SightingFacts,
  person: Person,
  row: DaySeen,
  { day, timeZone }: Organization,
  now: number,
): AttendanceMark | undefined {
  const attended = attend({
    zone: timeZone,
    session: day && sessionTimes(row.date, day, timeZone),
    seen: row,
    registeredAt: person.createdAt,
    now,
    doorName: (id) => noDoorNames.get(id),
  });
  return (
    attended && {
      date: row.date,
      sessionId: allDaySessionId,
      status: attended.status,
      firstSeenAt: row.first.at,
      lastSeenAt: row.last.at,
      marked: row.first.sightingId === facts.id,
    }
  );
}

function refOf(person: Person | undefined): PersonRef | null {
  return person ? { id: person.id, externalId: person.externalId, name: person.name } : null;
}
