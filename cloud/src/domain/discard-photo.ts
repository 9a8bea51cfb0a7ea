import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { NotFound } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { FaceEngine } from '../ports/face-engine.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { PeopleStore } from '../store/people-store.ts';
import type { UnfinishedPhotoStore } from '../store/unfinished-photo-store.ts';
import { photoKey } from './photo-key.ts';

export interface DiscardPhotoDeps {
  readonly people: PeopleStore;
  readonly unfinishedPhotos: UnfinishedPhotoStore;
  readonly images: ImageStore;
  readonly engine: FaceEngine;
  readonly clock: Clock;
}

/** Removes vector, picture and note of a photo that no record names. Done again it changes nothing. */
export async function discardPhoto(
  deps: Pick<DiscardPhotoDeps, 'unfinishedPhotos' | 'images' | 'engine'>,
  org: OrganizationId,
  personId: PersonId,
  photoId: PhotoId,
): Promise<void> {
  await deps.engine.delete(org, personId, photoId);
  await deps.images.delete(photoKey(org, personId, photoId));
  await deps.unfinishedPhotos.end(org, photoId);
}

/** Takes a photo away from its person, record first, so that nobody is recognized by what nobody sees. @throws NotFound */
export async function deletePhoto(
  deps: DiscardPhotoDeps,
  org: OrganizationId,
  personId: PersonId,
  photoId: PhotoId,
): Promise<void> {
  const missing = new NotFound(`no photo ${photoId} of person ${personId}`);
  const record = await deps.people.find(org, personId);
  if (!record?.photos.some((photo) => photo.id === photoId)) throw missing;
  await deps.unfinishedPhotos.begin(org, { personId, photoId, since: deps.clock.now() });
  const updatedAt = instantOf(deps.clock.now());
  await deps.people.change(org, personId, (stored) => ({
    ...stored,
    photos: stored.photos.filter((photo) => photo.id !== photoId),
    updatedAt,
  }));
  await discardPhoto(deps, org, personId, photoId);
}

/** ms for which work on a photo may take; older notes are of processes that died. */
const abandonedAfterMs = 10 * 60_000;

/**
 * Removes what interrupted work on photos left behind.
 * @param atStart nothing else is at work, so every note is of a process that died.
 * @returns how many notes were settled.
 */
export async function sweepUnfinishedPhotos(
  deps: DiscardPhotoDeps,
  org: OrganizationId,
  { atStart }: { readonly atStart: boolean },
): Promise<number> {
  const notes = await deps.unfinishedPhotos.list(org);
  const dead = notes.filter((note) => atStart || deps.clock.now() - note.since > abandonedAfterMs);
  for (const { personId, photoId } of dead) {
    const record = await deps.people.find(org, personId);
    if (record?.photos.some((photo) => photo.id === photoId)) await deps.unfinishedPhotos.end(org, photoId);
    else await discardPhoto(deps, org, personId, photoId);
  }
  return dead.length;
}
