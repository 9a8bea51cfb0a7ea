import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import type { Photo } from '@rollcall/contract/person';
import { photoProblem } from '@rollcall/faces/photo-limits';
import { Conflict, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { FaceEngine, SearchedFace } from '../ports/face-engine.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { NormalizePicture } from '../ports/picture-normalizer.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import type { PeopleStore, PersonRecord } from '../store/people-store.ts';
import type { UnfinishedPhotoStore } from '../store/unfinished-photo-store.ts';
import { discardPhoto } from './discard-photo.ts';
import { photoKey } from './photo-key.ts';
import { photoQuality } from './photo-quality.ts';

export interface EnrollPhotoDeps {
  readonly people: PeopleStore;
  readonly organizations: OrganizationStore;
  readonly unfinishedPhotos: UnfinishedPhotoStore;
  readonly images: ImageStore;
  readonly engine: FaceEngine;
  readonly normalizePicture: NormalizePicture;
  readonly clock: Clock;
  readonly newPhotoId: () => PhotoId;
}

/** Photos of one person, at most. More add little to the vectors and much to what is kept. */
export const maxPhotosPerPerson = 20;

/**
 * Faces narrower than this part of the largest are bystanders: at the same camera they stand nearly twice as far away.
 * What is indexed is the largest face, so they are never taken for the person.
 */
const bystanderPart = 0.6;

/**
 * Adds a photo by which a person is recognized: picture, then vector, then record, with a note before them all, so that what
 * an interruption leaves is removed (`sweepUnfinishedPhotos`). Without consent the picture is not even looked at.
 * @param force also when it looks like somebody else.
 * @throws NotFound; Conflict `consent-missing`, `looks-like-someone-else` with that person's id, `conflict`;
 * InvalidInput `not-an-image`, `no-face`, `several-faces`, `face-too-small`, `too-blurred`
 */
export async function enrollPhoto(
  deps: EnrollPhotoDeps,
  org: OrganizationId,
  personId: PersonId,
  picture: Uint8Array,
  options: { readonly force?: boolean } = {},
): Promise<Photo> {
  checkMayHavePhotos(await deps.people.find(org, personId), personId);
  const normalized = await deps.normalizePicture(picture);
  const face = theFace(await deps.engine.search(org, normalized));
  if (!options.force) await refuseSomebodyElse(deps, org, personId, face);

  const photoId = deps.newPhotoId();
  const addedAt = instantOf(deps.clock.now());
  const quality = photoQuality(face.face);
  let photo: Photo;
  await deps.unfinishedPhotos.begin(org, { personId, photoId, since: deps.clock.now() });
  try {
    await deps.images.put(photoKey(org, personId, photoId), normalized);
    const { engine, version } = await deps.engine.index(org, personId, photoId, normalized);
    photo = { id: photoId, photoId, personId, quality, engine: `${engine}/${version}`, addedAt };
    const kept = await deps.people.change(org, personId, (record) => {
      checkMayHavePhotos(record, personId);
      return { ...record, photos: [...record.photos, photo], updatedAt: addedAt };
    });
    if (!kept) throw new NotFound(`no person ${personId}`);
  } catch (error) {
    await discardPhoto(deps, org, personId, photoId);
    throw error;
  }
  await deps.unfinishedPhotos.end(org, photoId);
  return photo;
}

function checkMayHavePhotos(record: PersonRecord | undefined, personId: PersonId): void {
  if (!record) throw new NotFound(`no person ${personId}`);
  if (record.method === 'manual') throw new Conflict('expected no photo of a person who is marked by hand');
  if (!record.consent) {
    throw new Conflict('expected the consent of the person before the first photo: PUT it under …/consent', {
      code: 'consent-missing',
    });
  }
  if (record.photos.length >= maxPhotosPerPerson) {
    throw new Conflict(`expected at most ${maxPhotosPerPerson} photos of a person: delete one first`);
  }
}

function theFace(searched: readonly SearchedFace[]): SearchedFace {
  const width = searched[0]?.face.box.width ?? 0;
  const subjects = searched.filter((s) => s.face.box.width >= width * bystanderPart);
  const problem = photoProblem(subjects.map((s) => s.face));
  if (problem) throw new InvalidInput(problemWords[problem], { code: problem });
  const [subject] = subjects;
  if (!subject) throw new InvalidInput(problemWords['no-face'], { code: 'no-face' });
  return subject;
}

const problemWords = {
  'no-face': 'expected one face, found none: use a picture that shows the face from the front',
  'several-faces': 'expected one face, found several: use a picture of this person alone',
  'face-too-small': 'expected a larger face: come closer, or use a picture with more pixels',
  'too-blurred': 'expected a sharp face: hold still and let the camera focus',
} as const;

/** At the bar by which a door would take the one for the other. The person's own likeness, if greater, settles it. */
async function refuseSomebodyElse(
  deps: EnrollPhotoDeps,
  org: OrganizationId,
  personId: PersonId,
  { candidates }: SearchedFace,
): Promise<void> {
  const { thresholds } = await deps.organizations.get(org);
  const alike = candidates.filter((c) => c.similarity >= thresholds.accept);
  const existing = await deps.people.getMany(
    org,
    alike.map((c) => c.personId),
  );
  const best = alike.find((c) => existing.has(c.personId));
  if (!best || best.personId === personId) return;
  throw new Conflict(
    'this face resembles another person who is enrolled; if both are right, repeat it with ?force=true',
    {
      code: 'looks-like-someone-else',
      details: { personId: best.personId },
    },
  );
}
