import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import { Denied, InvalidInput, NotFound, Unavailable } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ImageKey, ImageStore } from '../ports/image-store.ts';
import type { CaptureStore, StoredCapture } from '../store/capture-store.ts';
import { captureOfImageKey } from './capture-image-key.ts';
import { isPicture } from './picture-bytes.ts';

export interface AcceptUploadPorts {
  readonly captures: CaptureStore;
  readonly images: ImageStore;
  readonly clock: Clock;
  /** Whether recognition can take one more. */
  readonly hasRoom: () => boolean;
  /** A capture waits for recognition. Called again when its picture comes again while it waits. */
  readonly onPending: (org: OrganizationId, id: CaptureId) => void;
}

/** ms after the end of the time for an upload that one which had begun may still end. */
const graceMs = 60_000;

/**
 * The picture of a capture is durable at `key`: from here on it waits for recognition. The same again changes nothing.
 * @throws NotFound when no capture waits for a picture there; Denied when its time is over; InvalidInput `not-an-image`;
 * Unavailable when too many wait already: upload it again.
 */
export async function acceptUpload(ports: AcceptUploadPorts, key: ImageKey): Promise<void> {
  const { of, stored } = await captureAt(ports, key);
  const { capture, version } = stored;
  if (capture.status === 'failed') throw new Denied(`this capture failed: ${capture.reason ?? 'ask for a new one'}`);
  if (capture.status === 'pending') return ports.onPending(of.org, of.id);
  if (capture.status !== 'awaiting') return;
  const now = ports.clock.now();
  if (capture.uploadUntil && Date.parse(capture.uploadUntil) + graceMs < now) {
    throw new Denied('the time for this upload is over: ask for a new capture');
  }
  const image = await ports.images.get(key);
  if (!image || !isPicture(image)) {
    const reason = 'expected a JPEG, PNG or WebP picture';
    await refuse(ports, of.org, stored, reason);
    throw new InvalidInput(reason, { code: 'not-an-image' });
  }
  if (!ports.hasRoom()) throw new Unavailable('too many captures wait for recognition: upload it again in a moment');
  const receivedAt = instantOf(now);
  const pending = { ...capture, status: 'pending', takenAt: receivedAt, receivedAt } as const;
  if (await ports.captures.replace(of.org, pending, version)) ports.onPending(of.org, of.id);
}

/** What was uploaded to `key` cannot be accepted, for a reason that whoever holds the pictures knows. @throws NotFound as `acceptUpload` does. */
export async function refuseUpload(
  ports: Pick<AcceptUploadPorts, 'captures' | 'images'>,
  key: ImageKey,
  reason: string,
): Promise<void> {
  const { of, stored } = await captureAt(ports, key);
  if (stored.capture.status === 'awaiting') await refuse(ports, of.org, stored, reason);
}

/** Gives up captures whose picture never came. @returns how many. */
export async function failOverdueUploads(
  ports: Pick<AcceptUploadPorts, 'captures' | 'clock'>,
  org: OrganizationId,
): Promise<number> {
  const overdue = await ports.captures.overdueUploads(org, instantOf(ports.clock.now() - graceMs), 200);
  for (const { capture, version } of overdue) {
    await ports.captures.replace(org, { ...capture, status: 'failed', reason: 'no picture arrived in time' }, version);
  }
  return overdue.length;
}

async function captureAt({ captures }: Pick<AcceptUploadPorts, 'captures'>, key: ImageKey) {
  const of = captureOfImageKey(key);
  const stored = of && (await captures.get(of.org, of.id));
  if (!stored || stored.capture.imageKey !== key) throw new NotFound('no capture waits for a picture here');
  return { of, stored };
}

async function refuse(
  { captures, images }: Pick<AcceptUploadPorts, 'captures' | 'images'>,
  org: OrganizationId,
  { capture, version }: StoredCapture,
  reason: string,
): Promise<void> {
  await captures.replace(org, { ...capture, status: 'failed', reason }, version);
  await images.delete(capture.imageKey);
}
