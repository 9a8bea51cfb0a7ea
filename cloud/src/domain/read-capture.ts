import { type CaptureId, type OrganizationId, SightingId } from '@rollcall/contract/ids';
import type { CaptureStatus } from '@rollcall/contract/sighting';
import type { CaptureRecord } from '../store/capture-store.ts';
import { describeSightings } from './describe-sighting.ts';
import type { RecognitionPorts } from './recognition-ports.ts';

/**
 * How far a capture came, and the sightings of the faces in it. One of a door may be `done` with a sighting that is still to come: it
 * is decided when its passage is over.
 * @returns undefined when there is none, or none that `mayRead`.
 */
export async function readCapture(
  ports: Pick<RecognitionPorts, 'captures' | 'sightings' | 'attendance' | 'people' | 'organizations' | 'clock'>,
  org: OrganizationId,
  id: CaptureId,
  mayRead: (capture: CaptureRecord) => boolean,
): Promise<CaptureStatus | undefined> {
  const stored = await ports.captures.get(org, id);
  if (!stored || !mayRead(stored.capture)) return undefined;
  const { capture } = stored;
  const answer = { id, captureId: id };
  if (capture.status === 'failed') {
    return { ...answer, status: 'failed', reason: capture.reason ?? 'it could not be recognized', sightings: [] };
  }
  if (capture.status !== 'done') return { ...answer, status: 'pending', sightings: [] };
  const ids = capture.tracks.map((track) => SightingId.parse(`${capture.passageId}.${track}`));
  const facts = await ports.sightings.getMany(org, ids);
  const organization = await ports.organizations.get(org);
  const { reason } = capture;
  const sightings = await describeSightings(ports, organization, facts);
  return { ...answer, status: 'done', ...(reason === undefined ? {} : { reason }), sightings };
}
