import type { OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ReindexStore } from '../store/reindex-store.ts';
import { type ReindexPhotosPorts, reindexPhotos } from './reindex-photos.ts';

export interface KeepPhotosIndexedPorts extends ReindexPhotosPorts {
  readonly reindexing: ReindexStore;
  readonly clock: Clock;
}

/** ms after which all photos are looked at again when nothing was left: a model moves rarely, and looking reads every photo's record. */
const lookEveryMs = 24 * 3_600_000;
/** Photos at once: three calls each, beside the recognition that goes on. */
const atOnce = 4;

/**
 * Indexes photos again whose vectors are not of the engine's model, as many as there is time for; the next run goes on where this one ended.
 * Once all are done it looks again after a day, or when it is asked to (`ReindexStore.forget`).
 */
export async function keepPhotosIndexed(
  ports: KeepPhotosIndexedPorts,
  org: OrganizationId,
  hasTime: () => boolean = () => true,
): Promise<void> {
  const { reindexing, clock } = ports;
  const before = await reindexing.get(org);
  const isDue = !before || before.left > 0 || clock.now() - Date.parse(before.lookedAt) >= lookEveryMs;
  if (!isDue || !hasTime()) return;
  const lookedAt = instantOf(clock.now());
  const { left } = await reindexPhotos(ports, org, { hasTime, atOnce });
  await reindexing.put(org, { lookedAt, left });
}
