import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import type { Organization } from '@rollcall/contract/organization';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import type { SearchedFace } from '../ports/face-engine.ts';
import type { CaptureRecord } from '../store/capture-store.ts';
import type { Passage } from '../store/passage-store.ts';
import type { SightingFacts } from '../store/sighting-store.ts';
import { announceSightings } from './announce-sightings.ts';
import { decideTracks } from './decide-tracks.ts';
import { failCapture } from './fail-capture.ts';
import { linkFaces, linkNoFace } from './link-faces.ts';
import { markCaptureDone } from './mark-capture-done.ts';
import { closed, goingOn, isComplete, newPassage, passageExpiry } from './passage-progress.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recordSightings } from './record-sightings.ts';
import { settlePassage } from './settle-passage.ts';

/** Captures of one passage recognized at once: each round at least one of them gets through. */
const maxRounds = 20;

/**
 * Finds who is in a capture and writes down what follows: the passage, its sightings, the register, and at last that the capture is
 * done. Only that last step takes it off the pending ones, so a crash anywhere is mended by running it again, and running it again
 * changes nothing. A capture that cannot be recognized by anybody is marked `failed`.
 * @throws Unavailable when it could work later; the capture stays pending.
 */
export async function recognizeCapture(ports: RecognitionPorts, org: OrganizationId, id: CaptureId): Promise<void> {
  const [stored, organization] = await Promise.all([ports.captures.get(org, id), ports.organizations.get(org)]);
  if (stored?.capture.status !== 'pending') return;
  const { capture } = stored;
  const found = await findFaces(ports, org, capture);
  if ('problem' in found) return failCapture(ports, org, stored, found.problem);
  const saved = await addToPassage(ports, organization, capture, found.faces);
  if ('problem' in saved) return failCapture(ports, org, stored, saved.problem);
  const { passage, decided, again } = saved;
  await recordSightings(ports, org, decided, { zone: organization.timeZone, again });
  await markCaptureDone(ports, org, stored, passage);
  await announceSightings(ports, organization, decided);
  if (passage.expected && passage.state === 'open') await settlePassage(ports, org, passage.id);
}

/** Faces are `undefined` when the passage has them already: a run before this one came so far. */
async function findFaces(
  ports: RecognitionPorts,
  org: OrganizationId,
  capture: CaptureRecord,
): Promise<{ readonly faces: readonly SearchedFace[] | undefined } | { readonly problem: string }> {
  const [image, before] = await Promise.all([
    ports.images.get(capture.imageKey),
    ports.passages.get(org, capture.passageId),
  ]);
  if (before && Object.hasOwn(before.passage.captures, capture.id)) return { faces: undefined };
  if (!image) return { problem: 'its picture is gone' };
  try {
    return { faces: await ports.engine.search(org, image) };
  } catch (error) {
    if (error instanceof InvalidInput) return { problem: error.message };
    throw error;
  }
}

interface Saved {
  readonly passage: Passage;
  /** What is to be written down. */
  readonly decided: readonly SightingFacts[];
  /** It may have been written down before. */
  readonly again: boolean;
}

async function addToPassage(
  ports: RecognitionPorts,
  organization: Organization,
  capture: CaptureRecord,
  faces: readonly SearchedFace[] | undefined,
): Promise<Saved | { readonly problem: string }> {
  for (let round = 0; round < maxRounds; round++) {
    const stored = await ports.passages.get(organization.id, capture.passageId);
    const passage = stored?.passage ?? newPassage(capture.passageId, capture);
    if (passage.deviceId !== capture.deviceId) return { problem: 'its passage belongs to another device' };
    if (Object.hasOwn(passage.captures, capture.id)) {
      return { passage, decided: passage.tracks.flatMap((track) => track.sighting ?? []), again: true };
    }
    if (!faces) break;
    const next = await advance(ports, organization, passage, capture, faces);
    const now = ports.clock.now();
    if (await ports.passages.save(organization.id, next, stored?.version ?? 0, passageExpiry(now))) {
      // Somebody was about to write down what was decided before: now it is ours to.
      const again = passage.state === 'decided';
      const known = new Set(again ? [] : passage.tracks.flatMap((track) => track.sighting?.id ?? []));
      const decided = next.tracks.flatMap((track) => track.sighting ?? []).filter((facts) => !known.has(facts.id));
      return { passage: next, decided, again };
    }
  }
  throw new Unavailable(`passage ${capture.passageId} kept changing: try again`);
}

async function advance(
  ports: RecognitionPorts,
  organization: Organization,
  passage: Passage,
  capture: CaptureRecord,
  faces: readonly SearchedFace[],
): Promise<Passage> {
  const { engine } = ports;
  const isUpload = capture.source === 'upload';
  const linked =
    isUpload && faces.length === 0
      ? linkNoFace(passage, capture)
      : linkFaces(passage, capture, faces, (a, b) => engine.isSamePerson(a, b));
  // A picture that somebody handed in is a passage of its own.
  const isLast = isUpload || isComplete(linked);
  const next = await decideTracks(engine, linked, {
    org: organization.id,
    thresholds: organization.thresholds,
    decide: isLast ? 'all' : capture.id,
  });
  return isLast ? closed(next) : goingOn(next, ports.clock.now());
}
