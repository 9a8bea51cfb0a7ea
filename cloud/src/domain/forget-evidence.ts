import { CaptureId, type OrganizationId, type PersonId, type SightingId } from '@rollcall/contract/ids';
import type { Appearance } from '../store/appearance-store.ts';
import type { CaptureRecord } from '../store/capture-store.ts';
import type { Passage } from '../store/passage-store.ts';
import type { SightingFacts } from '../store/sighting-store.ts';
import { passageExpiry } from './passage-progress.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { dayOf } from './session-day.ts';

type ForgetPorts = Pick<
  RecognitionPorts,
  'table' | 'captures' | 'passages' | 'sightings' | 'appearances' | 'attendance' | 'organizations' | 'images' | 'clock'
>;

/**
 * Removes what was recorded of a person: sightings that count for them, the captures that show them with their pictures, and their
 * attendance. May be run again after an interruption. Others on the same picture keep their sightings, without the picture.
 * Indexes may lag behind, so what is recent is found by records that do not.
 */
export async function forgetEvidence(
  ports: ForgetPorts,
  org: OrganizationId,
  personId: PersonId,
): Promise<{ readonly captures: number; readonly sightings: number; readonly attendance: number }> {
  let captures = 0;
  let sightings = 0;
  const { timeZone } = await ports.organizations.get(org);
  const days = new Set<string>();
  // Always the first page: what was on it is gone when it is read again.
  for (;;) {
    const page = await ports.appearances.list(org, personId, {}, { limit: 50 });
    if (page.items.length === 0) break;
    for (const { at } of page.items) days.add(dayOf(at, timeZone));
    // Passages at once: a year of somebody, one after the other, takes longer than an answer may.
    const passages = Map.groupBy(page.items, ({ sightingId }) => sightingId.split('.')[0]);
    const forgotten = await Promise.allSettled(
      [...passages.values()].map((some) => forgetSightings(ports, org, personId, some)),
    );
    for (const outcome of forgotten) {
      if (outcome.status === 'rejected') throw outcome.reason;
      captures += outcome.value;
    }
    sightings += page.items.length;
  }
  return { captures, sightings, attendance: await forgetAttendance(ports, org, personId, days) };
}

/** Those of one passage, one after the other: they may be on the same picture. @returns how many captures. */
async function forgetSightings(
  ports: ForgetPorts,
  org: OrganizationId,
  personId: PersonId,
  appearances: readonly Appearance[],
): Promise<number> {
  let captures = 0;
  for (const appearance of appearances) captures += await forgetSighting(ports, org, personId, appearance);
  return captures;
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
  const shown = await capturesOf(ports, org, facts, number);
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

/** The captures that show a track: those that the passage knows of, and those that say so themselves. */
async function capturesOf(
  ports: ForgetPorts,
  org: OrganizationId,
  facts: SightingFacts,
  track: number,
): Promise<readonly CaptureRecord[]> {
  const [stored, listed] = await Promise.all([
    ports.passages.get(org, facts.passageId),
    ports.captures.ofPassage(org, facts.passageId),
  ]);
  const known = stored ? capturesIn(stored.passage, track) : [];
  const shown = listed.filter(({ tracks }) => tracks.includes(track)).map(({ id }) => id);
  return ports.captures.getMany(org, [facts.captureId, ...known, ...shown]);
}

function capturesIn(passage: Passage, track: number): CaptureId[] {
  const sameAs = new Map(passage.tracks.map((one) => [one.number, one.sameAs ?? one.number]));
  return Object.entries(passage.captures)
    .filter(([, numbers]) => numbers.some((number) => sameAs.get(number) === track))
    .map(([id]) => CaptureId.parse(id));
}

function withoutPerson<T extends { readonly sighting: SightingFacts | null }>(track: T, personId: PersonId): T {
  if (!track.sighting) return track;
  const candidates = track.sighting.candidates.filter((one) => one.personId !== personId);
  return { ...track, sighting: { ...track.sighting, candidates } };
}

/** @param days on which the person is known to have been seen. */
async function forgetAttendance(
  ports: ForgetPorts,
  org: OrganizationId,
  personId: PersonId,
  days: Set<string>,
): Promise<number> {
  for (let cursor: string | undefined; ; ) {
    const page = await ports.attendance.ofPerson(org, personId, { limit: 100, cursor });
    for (const { date } of page.items) days.add(date);
    cursor = page.cursor;
    if (!cursor) break;
  }
  const removed = await Promise.all(
    [...days].map(async (date) => {
      const stored = await ports.attendance.get(org, date, personId);
      return stored !== undefined && ports.attendance.save(org, { date, personId }, undefined, stored.version);
    }),
  );
  return removed.filter(Boolean).length;
}
