import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { AppError } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { FaceEngine } from '../ports/face-engine.ts';
import type { ImageStore } from '../ports/image-store.ts';
import { photoKey } from './photo-key.ts';

export interface ReindexPhotosPorts {
  readonly engine: FaceEngine & {
    stalePhotos(org: OrganizationId): Promise<readonly { personId: PersonId; photoId: PhotoId }[]>;
  };
  readonly images: ImageStore;
  readonly log: Log;
}

export interface ReindexOptions {
  /** Whether there is time for one more. @default always */
  readonly hasTime?: () => boolean;
  /** Photos at once. @default 1 */
  readonly atOnce?: number;
}

/** What became of the photos that were stale. */
export interface Reindexed {
  readonly made: number;
  /** For which there was no time, or whose engine or picture was away: worth another run. */
  readonly left: number;
}

/**
 * Makes the vectors anew that another engine or version made, from the kept photos: vectors of two versions are never compared, so until
 * then those people are not recognized by these photos. One that cannot be read is logged and left out.
 */
export async function reindexPhotos(
  { engine, images, log }: ReindexPhotosPorts,
  org: OrganizationId,
  { hasTime = () => true, atOnce = 1 }: ReindexOptions = {},
): Promise<Reindexed> {
  const stale = await engine.stalePhotos(org);
  const queue = stale.values();
  let [made, refused] = [0, 0];
  const work = async () => {
    while (hasTime()) {
      const { value: photo, done } = queue.next();
      if (done) return;
      const { personId, photoId } = photo;
      try {
        const picture = await images.get(photoKey(org, personId, photoId));
        if (picture) await engine.index(org, personId, photoId, picture);
        if (picture) made++;
        else refused++;
      } catch (err) {
        if (!(err instanceof AppError)) throw err;
        if (!err.retryable) refused++;
        log.warn('photo-not-reindexed', { personId, photoId, reason: err.message });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const left = stale.length - made - refused;
  if (stale.length > 0) log.info('photos-reindexed', { org, stale: stale.length, made, left });
  return { made, left };
}
