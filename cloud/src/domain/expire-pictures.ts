import { type OrganizationId, SightingId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { CaptureRecord } from '../store/capture-store.ts';
import { captureFolder } from './capture-image-key.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { personOf } from './record-sightings.ts';
import { dayAfter } from './session-day.ts';

type ExpirePorts = Pick<RecognitionPorts, 'captures' | 'sightings' | 'images' | 'organizations' | 'clock' | 'log'>;

/** Days to look back the first time. */
const firstLookDays = 400;

/**
 * Deletes the pictures of captures that are past their retention, by whole UTC days: those in which nobody is identified after
 * `unknownDays`, all after `captureDays`. Run it often; it goes on where it stopped. @returns how many were deleted.
 */
export async function expirePictures(ports: ExpirePorts, org: OrganizationId): Promise<number> {
  const { retention } = await ports.organizations.get(org);
  const unidentified = await eachDay(ports, org, 'unidentified', retention.unknownDays, (day) =>
    deleteUnidentified(ports, org, day),
  );
  const all = await eachDay(ports, org, 'all', retention.captureDays, (day) =>
    ports.images.deletePrefix(captureFolder(org, day)),
  );
  if (unidentified + all > 0) ports.log.info('pictures-expired', { unidentified, all });
  return unidentified + all;
}

async function eachDay(
  ports: ExpirePorts,
  org: OrganizationId,
  kind: 'all' | 'unidentified',
  keepDays: number,
  expire: (day: string) => Promise<number>,
): Promise<number> {
  const today = instantOf(ports.clock.now()).slice(0, 10);
  // A day is over when its last picture is.
  const end = dayAfter(today, -keepDays);
  const before = await ports.captures.expiredBefore(org, kind);
  let deleted = 0;
  for (let day = before ?? dayAfter(end, -firstLookDays); day < end; day = dayAfter(day, 1)) {
    deleted += await expire(day);
    await ports.captures.setExpiredBefore(org, kind, dayAfter(day, 1));
  }
  return deleted;
}

async function deleteUnidentified(ports: ExpirePorts, org: OrganizationId, day: string): Promise<number> {
  let deleted = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await ports.captures.finishedOn(org, day, { limit: 100, cursor });
    for (const capture of page.items) {
      if (await showsSomebodyKnown(ports, org, capture)) continue;
      await ports.images.delete(capture.imageKey);
      deleted++;
    }
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
