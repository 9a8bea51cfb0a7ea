import { IndexFacesCommand, type FaceDetail, type UnindexedFace } from '@aws-sdk/client-rekognition';
import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { EngineStamp } from '../../ports/face-engine.ts';
import type { PhotoVector, VectorStore } from '../../store/vector-store.ts';
import type { RekognitionCalls } from './rekognition-calls.ts';
import type { RekognitionCollections } from './rekognition-collections.ts';
import { isException, saysNoFace } from './rekognition-error.ts';
import type { RekognitionUsers } from './rekognition-users.ts';
import { refusal } from './rekognition-words.ts';

/** Stands in a photo's record for a face that may have been indexed but whose id never came. */
const unknownFace = '?';

/**
 * Enrollment photos as faces of a collection. Which face is which photo's is in the record of the photo's vector, whose text is the face's
 * id here: Rekognition lists faces by user but not by photo. The record is written before the face, so no face is ever without one.
 */
export class RekognitionPhotos {
  readonly #calls: RekognitionCalls;
  readonly #collections: RekognitionCollections;
  readonly #users: RekognitionUsers;
  readonly #store: VectorStore;

  constructor(
    calls: RekognitionCalls,
    collections: RekognitionCollections,
    users: RekognitionUsers,
    store: VectorStore,
  ) {
    this.#calls = calls;
    this.#collections = collections;
    this.#users = users;
    this.#store = store;
  }

  /** Indexes the largest face of a photo and gives it to the person; an earlier face of the same photo is removed. */
  async put(org: OrganizationId, personId: PersonId, photoId: PhotoId, bytes: Uint8Array): Promise<EngineStamp> {
    const [before] = await this.#store.of(org, personId, photoId);
    const earlier = before ? faceIdsIn(before) : [];
    const record = (stamp: EngineStamp, faceIds: readonly string[]): PhotoVector => ({
      personId,
      photoId,
      stamp,
      vector: faceIds.join(' '),
    });
    await this.#store.put(org, record({ engine: 'rekognition', version: unknownFace }, [...earlier, unknownFace]));
    try {
      const { faceId, stamp } = await this.#index(org, personId, photoId, bytes);
      const strays = earlier.includes(unknownFace) ? await this.#users.faceIdsOfImages(org, new Set([photoId])) : [];
      const old = new Set([...earlier, ...strays]);
      old.delete(unknownFace);
      old.delete(faceId);
      await this.#remove(org, personId, [...old]);
      await this.#store.put(org, record(stamp, [faceId]));
      return stamp;
    } catch (error) {
      // Refused for good: no face of it is there.
      if (error instanceof InvalidInput)
        await (before ? this.#store.put(org, before) : this.#store.delete(org, personId, photoId));
      throw error;
    }
  }

  /** Removes the faces of one photo or all of a person, looks whether they are gone, then removes the records. @returns how many photos. */
  async delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<number> {
    const all = await this.#store.of(org, personId);
    const records = photoId ? all.filter((one) => one.photoId === photoId) : all;
    if (photoId && records.length === 0) return 0;
    const faceIds = new Set(records.flatMap(faceIdsIn));
    if (faceIds.delete(unknownFace)) {
      const photos = new Set<string>(records.map((one) => one.photoId));
      for (const id of await this.#users.faceIdsOfImages(org, photos)) faceIds.add(id);
    }
    if (records.length < all.length) {
      await this.#remove(org, personId, [...faceIds]);
    } else {
      // The last photo: no user is kept without one.
      for (const id of await this.#users.faceIds(org, personId)) faceIds.add(id);
      await this.#users.deleteUser(org, personId);
      await this.#users.deleteFaces(org, [...faceIds]);
      await this.#users.checkGone(org, personId);
    }
    return (await this.#store.delete(org, personId, photoId)).length;
  }

  /**
   * Photos to index again: made by another engine or another version of the model than the collection's, never finished, or not in the
   * collection any more.
   */
  async stale(org: OrganizationId): Promise<{ personId: PersonId; photoId: PhotoId }[]> {
    const records: PhotoVector[] = [];
    for await (const record of this.#store.all(org)) records.push(record);
    const collection = await this.#collections.describe(org);
    // To list them all takes a call for every 4096, so only when some must be missing.
    const isShort = collection !== undefined && (collection.FaceCount ?? 0) < records.length;
    const present = isShort ? await this.#users.allFaceIds(org) : undefined;
    const isCurrent = ({ stamp, vector }: PhotoVector) =>
      stamp.engine === 'rekognition' &&
      stamp.version === collection?.FaceModelVersion &&
      (present?.has(vector) ?? true);
    return records.filter((one) => !isCurrent(one)).map(({ personId, photoId }) => ({ personId, photoId }));
  }

  async #index(
    org: OrganizationId,
    personId: PersonId,
    photoId: PhotoId,
    bytes: Uint8Array,
  ): Promise<{ readonly faceId: string; readonly stamp: EngineStamp }> {
    await this.#collections.ensureUser(org, personId);
    const { face, larger, version } = await this.#indexFace(org, photoId, bytes);
    if (!face || larger) {
      if (face) await this.#users.deleteFaces(org, [face]);
      throw refusal(larger?.Reasons ?? []);
    }
    try {
      await this.#users.associate(org, personId, face);
    } catch (error) {
      if (!isException(error, 'ResourceNotFoundException')) throw error;
      // Somebody deleted the person's last photo meanwhile, and the user with it.
      await this.#collections.ensureUser(org, personId);
      await this.#users.associate(org, personId, face);
    }
    return { faceId: face, stamp: { engine: 'rekognition', version } };
  }

  /**
   * The same picture with the same `ExternalImageId` gives the face that is there already, so trying again adds nothing.
   * @returns the face, and one that is larger but was not good enough: then the face is a bystander's.
   */
  async #indexFace(org: OrganizationId, photoId: PhotoId, bytes: Uint8Array) {
    const command = new IndexFacesCommand({
      CollectionId: this.#collections.id(org),
      Image: { Bytes: bytes },
      ExternalImageId: photoId,
      MaxFaces: 1,
      QualityFilter: 'AUTO',
      DetectionAttributes: ['DEFAULT'],
    });
    try {
      const answer = await this.#calls.run('IndexFaces', (options) => this.#calls.client.send(command, options));
      const [record] = answer.FaceRecords ?? [];
      const [largest] = [...(answer.UnindexedFaces ?? [])].sort((a, b) => area(b.FaceDetail) - area(a.FaceDetail));
      const isLarger = largest !== undefined && area(largest.FaceDetail) > area(record?.FaceDetail ?? record?.Face);
      const larger: UnindexedFace | undefined = isLarger ? largest : undefined;
      return { face: record?.Face?.FaceId, larger, version: answer.FaceModelVersion ?? '' };
    } catch (error) {
      if (saysNoFace(error)) return { face: undefined, larger: undefined, version: '' };
      throw error;
    }
  }

  async #remove(org: OrganizationId, personId: PersonId, faceIds: readonly string[]): Promise<void> {
    if (faceIds.length === 0) return;
    await this.#users.disassociate(org, personId, faceIds);
    await this.#users.deleteFaces(org, faceIds);
  }
}

/** Of a record that another engine made: none. */
function faceIdsIn({ stamp, vector }: PhotoVector): string[] {
  return stamp.engine === 'rekognition' ? vector.split(' ').filter((id) => id !== '') : [];
}

function area(face: Pick<FaceDetail, 'BoundingBox'> | undefined): number {
  return (face?.BoundingBox?.Width ?? 0) * (face?.BoundingBox?.Height ?? 0);
}
