import { type OrganizationId, SightingId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { CaptureRecord, Expired, ExpiryKind } from '../store/capture-store.ts';
import { reportFolder } from './accept-report.ts';
import { captureFolder } from './capture-image-key.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { personOf } from './record-sightings.ts';
import { dayAfter } from './session-day.ts';

type ExpirePorts = Pick<RecognitionPorts, 'captures' | 'sightings' | 'images' | 'organizations' | 'clock' | 'log'>;

/** Days to look back the first time. */
const firstLookDays = 400;

/**
 * Deletes the pictures of captures that are past their retention, by whole UTC days, counted from when they came: those in which nobody is
 * identified after `unknownDays`, all after `captureDays`; and what jobs of devices brought after `unknownDays`. Run it often; it goes on where
 * it stopped, within a day too: one of a large organization has more pictures than there is time for.
 * @param hasTime whether there is time for some more
 * @returns how many were deleted.
 */
export async function expirePictures(
  ports: ExpirePorts,
  org: OrganizationId,
  hasTime: () => boolean = () => true,
): Promise<number> {
  const { retention } = await ports.organizations.get(org);
  const unidentified = await eachDay(ports, org, hasTime, 'unidentified', retention.unknownDays, (at) =>
    deleteUnidentified(ports, org, at),
  );
  const all = await eachDay(ports, org, hasTime, 'all', retention.captureDays, ({ day }) =>
    deleteFolder(ports, captureFolder(org, day)),
  );
  // Nobody knows who is on what a camera showed ops, nor what a log tells of a day.
  const reports = await eachDay(ports, org, hasTime, 'reports', retention.unknownDays, ({ day }) =>
    deleteFolder(ports, reportFolder(org, day)),
  );
  const deleted = unidentified + all + reports;
  if (deleted > 0) ports.log.info('pictures-expired', { unidentified, all, reports });
  return deleted;
}

/** What was deleted in one go, and where the day goes on, if it does. */
interface Deleted {
  readonly deleted: number;
  readonly cursor?: string | undefined;
}

async function eachDay(
  ports: ExpirePorts,
  org: OrganizationId,
  hasTime: () => boolean,
  kind: ExpiryKind,
  keepDays: number,
  expire: (at: Expired) => Promise<Deleted>,
): Promise<number> {
  const today = instantOf(ports.clock.now()).slice(0, 10);
  // A day is over when its last picture is.
  const end = dayAfter(today, -keepDays);
  let at: Expired = (await ports.captures.expired(org, kind)) ?? { day: dayAfter(end, -firstLookDays) };
  let total = 0;
  while (at.day < end && hasTime()) {
    const { deleted, cursor } = await expire(at);
    total += deleted;
    at = cursor ? { day: at.day, cursor } : { day: dayAfter(at.day, 1) };
    await ports.captures.setExpired(org, kind, at);
  }
  return total;
}

async function deleteFolder({ images }: ExpirePorts, folder: string): Promise<Deleted> {
  return { deleted: await images.deletePrefix(folder) };
}

async function deleteUnidentified(ports: ExpirePorts, org: OrganizationId, at: Expired): Promise<Deleted> {
  const { items, cursor } = await ports.captures.finishedOn(org, at.day, { limit: 100, cursor: at.cursor });
  // At once: a day of a large organization has a hundred thousand.
  const outcomes = await Promise.all(
    items.map(async (capture) => {
      if (await showsSomebodyKnown(ports, org, capture)) return false;
      await ports.images.delete(capture.imageKey);
      return true;
    }),
  );
  return { deleted: outcomes.filter(Boolean).length, cursor };
}

async function showsSomebodyKnown(
  ports: ExpirePorts,
  org: OrganizationId,
  { passageId, tracks }: CaptureRecord,
): Promise<boolean> {
  const ids = tracks.map((track) => SightingId.parse(`${passageId}.${track}`));
  const [facts, resolutions] = await Promise.all([
    ports.sightings.getMany(org, ids),
    ports.sightings.resolutions(org, ids),
  ]);
  return facts.some((one) => personOf(one, resolutions.get(one.id)) !== null);
}
