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

/**
 * Makes the vectors anew that another engine or version made, from the kept photos: vectors of two versions are never compared, so until
 * then those people are not recognized by these photos. One that cannot be read is logged and left.
 * @returns how many were made.
 */
export async function reindexPhotos({ engine, images, log }: ReindexPhotosPorts, org: OrganizationId): Promise<number> {
  const stale = await engine.stalePhotos(org);
  let made = 0;
  for (const { personId, photoId } of stale) {
    try {
      const picture = await images.get(photoKey(org, personId, photoId));
      if (!picture) continue;
      await engine.index(org, personId, photoId, picture);
      made++;
    } catch (err) {
      if (!(err instanceof AppError)) throw err;
      log.warn('photo-not-reindexed', { personId, photoId, reason: err.message });
    }
  }
  if (stale.length > 0) log.info('photos-reindexed', { stale: stale.length, made });
  return made;
}
