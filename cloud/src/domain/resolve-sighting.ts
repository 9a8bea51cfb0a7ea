import type { OrganizationId, PersonId, SightingId } from '@rollcall/contract/ids';
import type { Resolved, ResolveInput } from '@rollcall/contract/sighting';
import { AppError, Conflict, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { CropFace } from '../ports/crop-face.ts';
import type { SightingFacts, StoredResolution } from '../store/sighting-store.ts';
import { announceSightings } from './announce-sightings.ts';
import { describeSightings } from './describe-sighting.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { appearanceOf } from './record-sightings.ts';
import { recomputeAttendance } from './recompute-attendance.ts';
import { dayOf } from './session-day.ts';

export interface ResolvePorts extends RecognitionPorts {
  readonly cropFace: CropFace;
  /** Enrolls a picture as a photo of the person. @throws AppError when it is no good for that, or there is no consent. */
  readonly learn: (org: OrganizationId, personId: PersonId, picture: Uint8Array) => Promise<void>;
}

/**
 * What an admin makes of a sighting: this person, or nobody. Once and for all; the register follows. Asked again, it first finishes
 * what an interruption left undone. That a picture cannot be learned does not undo it: the answer says why.
 * @throws NotFound; InvalidInput for a person who is not there; Conflict `already-resolved`
 */
export async function resolveSighting(
  ports: ResolvePorts,
  org: OrganizationId,
  id: SightingId,
  input: ResolveInput,
  by: string,
): Promise<Resolved> {
  const facts = await ports.sightings.get(org, id);
  if (!facts) throw new NotFound(`no sighting ${id}`);
  const personId = 'personId' in input ? input.personId : null;
  if (personId && !(await ports.people.get(org, personId))) {
    const errors = [{ path: 'personId', message: 'expected a person of this organization' }];
    throw new InvalidInput(`no person ${personId}`, { errors });
  }
  const resolution = { at: instantOf(ports.clock.now()), by, personId };
  const stored = await ports.sightings.resolve(org, id, resolution);
  const inForce = stored ?? (await ports.sightings.resolution(org, id));
  if (inForce) await follow(ports, org, facts, inForce);
  if (!stored) throw new Conflict('this sighting is resolved already', { code: 'already-resolved' });
  const learned = 'personId' in input && input.learn ? await learnFrom(ports, org, facts, input.personId) : undefined;
  const organization = await ports.organizations.get(org);
  await announceSightings(ports, organization, [{ ...facts, personId: personId ?? facts.personId }]);
  const [sighting] = await describeSightings(ports, organization, [facts]);
  if (!sighting) throw new NotFound(`no sighting ${id}`);
  return learned ? { ...sighting, learned } : sighting;
}

/** Brings what is derived in line with a resolution. May be run again. */
async function follow(
  ports: ResolvePorts,
  org: OrganizationId,
  facts: SightingFacts,
  { personId }: StoredResolution,
): Promise<void> {
  const { timeZone } = await ports.organizations.get(org);
  const appearance = appearanceOf(facts, 'resolution');
  const isTaken = facts.personId !== null && facts.personId !== personId;
  await ports.table.batch([
    ports.sightings.closing(org, facts),
    ...(isTaken && facts.personId ? [ports.appearances.removing(org, facts.personId, appearance)] : []),
    ...(personId ? [ports.appearances.adding(org, personId, appearance)] : []),
  ]);
  const date = dayOf(facts.at, timeZone);
  for (const one of new Set([facts.personId, personId])) {
    if (one) await recomputeAttendance(ports, org, { personId: one, date }, timeZone);
  }
}

async function learnFrom(
  ports: ResolvePorts,
  org: OrganizationId,
  facts: SightingFacts,
  personId: PersonId,
): Promise<NonNullable<Resolved['learned']>> {
  try {
    const stored = await ports.captures.get(org, facts.captureId);
    const image = stored && (await ports.images.get(stored.capture.imageKey));
    if (!image || !facts.face) return { done: false, reason: 'its picture is gone' };
    // Others may be in the picture.
    await ports.learn(org, personId, await ports.cropFace(image, facts.face));
    return { done: true };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { done: false, reason: error.message };
  }
}
