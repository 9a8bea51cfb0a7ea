import type { OrganizationId, PersonId, SightingId } from '@rollcall/contract/ids';
import type { Appearance } from '../store/appearance-store.ts';
import type { SightingFacts } from '../store/sighting-store.ts';
import { passageExpiry } from './passage-progress.ts';
import type { RecognitionPorts } from './recognition-ports.ts';

type ForgetPorts = Pick<
  RecognitionPorts,
  'table' | 'captures' | 'passages' | 'sightings' | 'appearances' | 'attendance' | 'images' | 'clock'
>;

/**
 * Removes what was recorded of a person: sightings that count for them, the captures that show them with their pictures, and their
 * attendance. May be run again after an interruption. Others on the same picture keep their sightings, without the picture.
 */
export async function forgetEvidence(
  ports: ForgetPorts,
  org: OrganizationId,
  personId: PersonId,
): Promise<{ readonly captures: number; readonly sightings: number; readonly attendance: number }> {
  let captures = 0;
  let sightings = 0;
  // Always the first page: what was on it is gone when it is read again.
  for (;;) {
    const page = await ports.appearances.list(org, personId, {}, { limit: 50 });
    if (page.items.length === 0) break;
    for (const appearance of page.items) {
      captures += await forgetSighting(ports, org, personId, appearance);
      sightings++;
    }
  }
  return { captures, sightings, attendance: await forgetAttendance(ports, org, personId) };
}

async function forgetSighting(
  ports: ForgetPorts,
  org: OrganizationId,
  personId: PersonId,
  appearance: Appearance,
): Promise<number> {
  const id: SightingId = appearance.sightingId;
  const facts = await ports.sightings.get(org, id);
  const captures = facts ? await forgetPassage(ports, org, personId, facts) : 0;
  await ports.sightings.delete(org, id);
  // Last, since it is by this that the rest is found.
  await ports.table.batch([ports.appearances.removing(org, personId, appearance)]);
  return captures;
}

/** The captures that show this face, and what their passage knows of it. @returns how many captures. */
async function forgetPassage(
  ports: ForgetPorts,
  org: OrganizationId,
  personId: PersonId,
  facts: SightingFacts,
): Promise<number> {
  const number = Number(facts.id.split('.')[1]);
  const captures = await ports.captures.ofPassage(org, facts.passageId);
  const shown = captures.filter((one) => one.tracks.includes(number) || one.id === facts.captureId);
  for (const capture of shown) {
    await ports.images.delete(capture.imageKey);
    await ports.captures.delete(org, capture.id);
  }
  for (;;) {
    const stored = await ports.passages.get(org, facts.passageId);
    if (!stored) break;
    // The number stays taken, so that no other face gets it.
    const tracks = stored.passage.tracks.map((track) =>
      track.number === number ? { number, shots: [], sighting: null, sameAs: 0 } : withoutPerson(track, personId),
    );
    const passage = { ...stored.passage, tracks };
    if (await ports.passages.save(org, passage, stored.version, passageExpiry(ports.clock.now()))) break;
  }
  return shown.length;
}

function withoutPerson<T extends { readonly sighting: SightingFacts | null }>(track: T, personId: PersonId): T {
  if (!track.sighting) return track;
  const candidates = track.sighting.candidates.filter((one) => one.personId !== personId);
  return { ...track, sighting: { ...track.sighting, candidates } };
}

async function forgetAttendance(ports: ForgetPorts, org: OrganizationId, personId: PersonId): Promise<number> {
  let rows = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await ports.attendance.ofPerson(org, personId, { limit: 100, cursor });
    for (const row of page.items) {
      const stored = await ports.attendance.get(org, row.date, personId);
      if (stored && (await ports.attendance.save(org, row, undefined, stored.version))) rows++;
    }
    cursor = page.cursor;
    if (!cursor) return rows;
  }
}
