import type { OrganizationId, PassageId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Passage } from '../store/passage-store.ts';
import type { SightingFacts } from '../store/sighting-store.ts';
import { announceSightings } from './announce-sightings.ts';
import { decideTracks } from './decide-tracks.ts';
import { closed, isComplete, kept, passageExpiry, settled } from './passage-progress.ts';
import type { SettlePorts } from './recognition-ports.ts';
import { recordSightings } from './record-sightings.ts';

/** A passage takes a few rounds: decide, write down, close. More only when others work on it too. */
const maxRounds = 20;

/**
 * Decides what is undecided about a passage once nothing more is expected: its device has said that it is over and all of its captures
 * are finished, or nothing came for 15 s. Otherwise does nothing. May run at any time, any number of times.
 */
export async function settlePassage(ports: SettlePorts, org: OrganizationId, id: PassageId): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const stored = await ports.passages.get(org, id);
    if (!stored) return;
    const next = await step(ports, org, stored.passage);
    if (!next) return;
    const written = await ports.passages.save(org, next, stored.version, passageExpiry(ports.clock.now()));
    // Somebody was quicker: look again. Decided: come again to write it down.
    if (written && next.state !== 'decided') return;
  }
  throw new Unavailable(`passage ${id} kept changing: try again`);
}

/** The passage one step on; undefined when there is nothing to do now. */
async function step(ports: SettlePorts, org: OrganizationId, passage: Passage): Promise<Passage | undefined> {
  const now = ports.clock.now();
  const isDue = passage.dueAt !== null && Date.parse(passage.dueAt) <= now;
  if (passage.state === 'closed') return undefined;
  if (passage.state === 'open') return decideIfOver(ports, org, passage, isDue);
  if (passage.state === 'decided') await writeDown(ports, org, passage);
  if (await isOver(ports, org, passage)) return closed(passage);
  if (passage.state === 'decided') return settled(passage, now);
  // An hour has gone by since it fell silent: nothing comes any more.
  return isDue ? closed(passage) : undefined;
}

async function decideIfOver(
  ports: SettlePorts,
  org: OrganizationId,
  passage: Passage,
  isDue: boolean,
): Promise<Passage | undefined> {
  const now = ports.clock.now();
  const isEnded = await isOver(ports, org, passage);
  if (!isEnded) {
    if (!isDue) return undefined;
    const captures = await ports.captures.ofPassage(org, passage.id);
    // Recognition is behind: what decides it may be waiting there.
    if (captures.some((capture) => capture.status === 'pending')) return kept(passage, now);
  }
  const { thresholds } = await ports.organizations.get(org);
  const decided = await decideTracks(ports.engine, passage, { org, thresholds, decide: 'all' });
  if (newFacts(passage, decided).length > 0) return { ...decided, state: 'decided', dueAt: instantOf(now) };
  return isEnded ? closed(decided) : settled(decided, now);
}

async function isOver(ports: SettlePorts, org: OrganizationId, passage: Passage): Promise<boolean> {
  if (!passage.expected) return false;
  if (isComplete(passage)) return true;
  const missing = passage.expected.filter((id) => !Object.hasOwn(passage.captures, id));
  const captures = await ports.captures.getMany(org, missing);
  return captures.length === missing.length && captures.every((capture) => capture.status === 'failed');
}

async function writeDown(ports: SettlePorts, org: OrganizationId, passage: Passage): Promise<void> {
  const organization = await ports.organizations.get(org);
  const facts = passage.tracks.flatMap((track) => track.sighting ?? []);
  await recordSightings(ports, org, facts, { zone: organization.timeZone, again: true });
  // Those that were accepted have been announced when they were.
  await announceSightings(
    ports,
    organization,
    facts.filter((one) => one.verdict !== 'accepted'),
  );
}

function newFacts(before: Passage, after: Passage): SightingFacts[] {
  const known = new Set(before.tracks.flatMap((track) => track.sighting?.id ?? []));
  return after.tracks.flatMap((track) => track.sighting ?? []).filter((facts) => !known.has(facts.id));
}
