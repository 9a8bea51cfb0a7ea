import { type OrganizationId, SightingId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { CaptureRecord } from '../store/capture-store.ts';
import { reportFolder } from './accept-report.ts';
import { captureFolder } from './capture-image-key.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { personOf } from './record-sightings.ts';
import { dayAfter } from './session-day.ts';

type ExpirePorts = Pick<RecognitionPorts, 'captures' | 'sightings' | 'images' | 'organizations' | 'clock' | 'log'>;

/** Days to look back the first time. */
const firstLookDays = 400;

/**
 * Deletes the pictures of captures that are past their retention, by whole UTC days: those in which nobody is identified after
 * `unknownDays`, all after `captureDays`; and what jobs of devices brought after `unknownDays`. Run it often; it goes on where it stopped.
 * @param hasTime whether there is time for one more day
 * @returns how many were deleted.
 */
export async function expirePictures(
  ports: ExpirePorts,
  org: OrganizationId,
  hasTime: () => boolean = () => true,
): Promise<number> {
  const { retention } = await ports.organizations.get(org);
  const unidentified = await eachDay(ports, org, hasTime, 'unidentified', retention.unknownDays, (day) =>
    deleteUnidentified(ports, org, day),
  );
  const all = await eachDay(ports, org, hasTime, 'all', retention.captureDays, (day) =>
    ports.images.deletePrefix(captureFolder(org, day)),
  );
  // Nobody knows who is on what a camera showed ops, nor what a log tells of a day.
  const reports = await eachDay(ports, org, hasTime, 'reports', retention.unknownDays, (day) =>
    ports.images.deletePrefix(reportFolder(org, day)),
  );
  const deleted = unidentified + all + reports;
  if (deleted > 0) ports.log.info('pictures-expired', { unidentified, all, reports });
  return deleted;
}

async function eachDay(
  ports: ExpirePorts,
  org: OrganizationId,
  hasTime: () => boolean,
  kind: 'all' | 'unidentified' | 'reports',
  keepDays: number,
  expire: (day: string) => Promise<number>,
): Promise<number> {
  const today = instantOf(ports.clock.now()).slice(0, 10);
  // A day is over when its last picture is.
  const end = dayAfter(today, -keepDays);
  const before = await ports.captures.expiredBefore(org, kind);
  let deleted = 0;
  for (let day = before ?? dayAfter(end, -firstLookDays); day < end && hasTime(); day = dayAfter(day, 1)) {
    deleted += await expire(day);
    await ports.captures.setExpiredBefore(org, kind, dayAfter(day, 1));
  }
  return deleted;
}

async function deleteUnidentified(ports: ExpirePorts, org: OrganizationId, day: string): Promise<number> {
  let deleted = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await ports.captures.finishedOn(org, day, { limit: 100, cursor });
    // At once: a day of a large organization has a hundred thousand.
    const outcomes = await Promise.all(
      page.items.map(async (capture) => {
        if (await showsSomebodyKnown(ports, org, capture)) return false;
        await ports.images.delete(capture.imageKey);
        return true;
      }),
    );
    deleted += outcomes.filter(Boolean).length;
    cursor = page.cursor;
    if (!cursor) return deleted;
  }
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
