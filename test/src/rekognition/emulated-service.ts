import type { FaceDetail, Reason, UnindexedFace } from '@aws-sdk/client-rekognition';
import type { FaceReader } from '@rollcall/faces/face-reader';
import { EmulatedCollection } from './emulated-collection.ts';
import { EmulatedEyes, faultsOf, type SeenFace } from './emulated-eyes.ts';
import { page } from './page.ts';
import { checked, type Image, type RequestOf, requestSchemas, type RunOperation } from './request-schemas.ts';
import { invalidParameter, notFound, ServiceError } from './service-error.ts';

export interface EmulatedServiceOptions {
  readonly reader: FaceReader;
  /** Objects of S3 that requests may name. */
  readonly readObject?: (bucket: string, name: string) => Promise<Buffer | undefined>;
  /** Ms for which a user stays `UPDATING` after a change. @default 0 */
  readonly settleMs?: number;
}

/** Bytes of a picture in S3. Source: "Guidelines and quotas". */
const maxObjectBytes = 15 * 1024 * 1024;
const arn = 'arn:aws:rekognition:us-east-1:000000000000:collection';

/** What Rekognition does with each request, over the embedded models. Nothing outlives the process. */
export class EmulatedService {
  /** Of the newest model: what new collections get; those that are there keep theirs. */
  newestModel = '7.0';
  readonly #collections = new Map<string, EmulatedCollection>();
  readonly #eyes: EmulatedEyes;
  readonly #options: EmulatedServiceOptions;

  constructor(options: EmulatedServiceOptions) {
    this.#options = options;
    this.#eyes = new EmulatedEyes(options.reader);
  }

  readonly operations: Readonly<Record<keyof typeof requestSchemas, RunOperation>> = {
    CreateCollection: checked(requestSchemas.CreateCollection, ({ CollectionId }) => {
      if (this.#collections.has(CollectionId)) {
        const said = `The collection id: ${CollectionId} already exists`;
        throw new ServiceError('ResourceAlreadyExistsException', said);
      }
      const { newestModel } = this;
      const collection = new EmulatedCollection(CollectionId, newestModel, this.#options.settleMs ?? 0);
      this.#collections.set(CollectionId, collection);
      return { StatusCode: 200, CollectionArn: `${arn}/${CollectionId}`, FaceModelVersion: newestModel };
    }),
    DescribeCollection: checked(requestSchemas.DescribeCollection, ({ CollectionId }) => {
      const collection = this.#collection(CollectionId);
      return {
        FaceCount: collection.faces.size,
        UserCount: collection.userIds.length,
        FaceModelVersion: collection.modelVersion,
        CollectionARN: `${arn}/${CollectionId}`,
        CreationTimestamp: collection.createdAt,
      };
    }),
    DeleteCollection: checked(requestSchemas.DeleteCollection, ({ CollectionId }) => {
      this.#collection(CollectionId);
      this.#collections.delete(CollectionId);
      return { StatusCode: 200 };
    }),
    ListCollections: checked(requestSchemas.ListCollections, (request) => {
      const { items, ...next } = page([...this.#collections.values()], request, 1000);
      const FaceModelVersions = items.map((one) => one.modelVersion);
      return { CollectionIds: items.map((one) => one.id), FaceModelVersions, ...next };
    }),
    CreateUser: checked(requestSchemas.CreateUser, ({ CollectionId, UserId }) => {
      this.#collection(CollectionId).createUser(UserId);
      return {};
    }),
    DeleteUser: checked(requestSchemas.DeleteUser, ({ CollectionId, UserId }) => {
      this.#collection(CollectionId).deleteUser(UserId);
      return {};
    }),
    ListUsers: checked(requestSchemas.ListUsers, (request) => {
      const collection = this.#collection(request.CollectionId);
      const { items, ...next } = page(collection.userIds, request, 500);
      return { Users: items.map((UserId) => ({ UserId, UserStatus: collection.statusOf(UserId) })), ...next };
    }),
    IndexFaces: checked(requestSchemas.IndexFaces, (request) => this.#index(request)),
    AssociateFaces: checked(requestSchemas.AssociateFaces, ({ CollectionId, UserId, FaceIds, UserMatchThreshold }) => {
      const collection = this.#collection(CollectionId);
      const { associated, failed } = collection.associate(UserId, FaceIds, UserMatchThreshold);
      return {
        AssociatedFaces: associated.map((FaceId) => ({ FaceId })),
        UnsuccessfulFaceAssociations: failed,
        UserStatus: collection.statusOf(UserId),
      };
    }),
    DisassociateFaces: checked(requestSchemas.DisassociateFaces, ({ CollectionId, UserId, FaceIds }) => {
      const collection = this.#collection(CollectionId);
      const { freed, failed } = collection.disassociate(UserId, FaceIds);
      return {
        DisassociatedFaces: freed.map((FaceId) => ({ FaceId })),
        UnsuccessfulFaceDisassociations: failed,
        UserStatus: collection.statusOf(UserId),
      };
    }),
    DeleteFaces: checked(requestSchemas.DeleteFaces, ({ CollectionId, FaceIds }) => {
      const { deleted, failed } = this.#collection(CollectionId).deleteFaces(FaceIds);
      return { DeletedFaces: deleted, UnsuccessfulFaceDeletions: failed };
    }),
    ListFaces: checked(requestSchemas.ListFaces, (request) => {
      const collection = this.#collection(request.CollectionId);
      const some = request.UserId === undefined ? [...collection.faces.values()] : collection.facesOf(request.UserId);
      const wanted = some.filter(({ face }) => request.FaceIds?.includes(face.FaceId) ?? true);
      const { items, ...next } = page(wanted, request, 1000);
      const Faces = items.map(({ face, userId }) => Object.assign({}, face, userId && { UserId: userId }));
      return { Faces, FaceModelVersion: collection.modelVersion, ...next };
    }),
    SearchUsersByImage: checked(requestSchemas.SearchUsersByImage, (request) => this.#search(request)),
    SearchFacesByImage: checked(requestSchemas.SearchFacesByImage, (request) => this.#searchFaces(request)),
    DetectFaces: checked(requestSchemas.DetectFaces, async ({ Image, Attributes }) => {
      onlyDefault(Attributes);
      const seen = await this.#eyes.look(await this.#bytes(Image));
      return { FaceDetails: seen.map(({ detail }) => detail) };
    }),
  };

  async #index(request: RequestOf<'IndexFaces'>): Promise<object> {
    onlyDefault(request.DetectionAttributes);
    const collection = this.#collection(request.CollectionId);
    const image = await this.#bytes(request.Image);
    const judged = (await this.#eyes.look(image)).map((seen) => ({
      seen,
      faults: faultsOf(seen, request.QualityFilter),
    }));
    const good = judged.filter(({ faults }) => faults.length === 0).map(({ seen }) => seen);
    return {
      FaceRecords: good.slice(0, request.MaxFaces).map((seen) => ({
        Face: collection.add(seen, image, request.ExternalImageId),
        FaceDetail: seen.detail,
      })),
      UnindexedFaces: [
        ...good.slice(request.MaxFaces).map((seen) => unindexed(seen, ['EXCEEDS_MAX_FACES'])),
        ...judged.filter(({ faults }) => faults.length > 0).map(({ seen, faults }) => unindexed(seen, faults)),
      ],
      FaceModelVersion: collection.modelVersion,
    };
  }

  /** Answers with boxes and no other detail, as all examples of AWS do. */
  async #search(request: RequestOf<'SearchUsersByImage'>): Promise<object> {
    const collection = this.#collection(request.CollectionId);
    const seen = await this.#eyes.look(await this.#bytes(request.Image));
    const largest = seen.find((one) => faultsOf(one, request.QualityFilter).length === 0);
    const unsearched = seen
      .filter((one) => one !== largest)
      .map((one) => {
        const faults = faultsOf(one, request.QualityFilter);
        return { FaceDetails: boxOf(one.detail), Reasons: faults.length > 0 ? faults : ['FACE_NOT_LARGEST'] };
      });
    return {
      ...(largest ? { SearchedFace: { FaceDetail: boxOf(largest.detail) } } : {}),
      UserMatches: largest ? collection.search(largest, request.UserMatchThreshold, request.MaxUsers) : [],
      UnsearchedFaces: unsearched,
      FaceModelVersion: collection.modelVersion,
    };
  }

  async #searchFaces(request: RequestOf<'SearchFacesByImage'>): Promise<object> {
    const collection = this.#collection(request.CollectionId);
    const seen = await this.#eyes.look(await this.#bytes(request.Image));
    const largest = seen.find((one) => faultsOf(one, request.QualityFilter).length === 0);
    if (!largest) throw invalidParameter('There are no faces in the image. Should be at least 1.');
    return {
      SearchedFaceBoundingBox: largest.detail.BoundingBox,
      SearchedFaceConfidence: largest.detail.Confidence,
      FaceMatches: collection.searchFaces(largest, request.FaceMatchThreshold, request.MaxFaces),
      FaceModelVersion: collection.modelVersion,
    };
  }

  #collection(id: string): EmulatedCollection {
    const collection = this.#collections.get(id);
    if (!collection) throw notFound(`The collection id: ${id} does not exist`);
    return collection;
  }

  async #bytes({ Bytes, S3Object }: Image): Promise<Buffer> {
    if (Bytes !== undefined) return Buffer.from(Bytes, 'base64');
    if (!S3Object) throw invalidParameter();
    const object = await this.#options.readObject?.(S3Object.Bucket, S3Object.Name);
    if (!object) {
      const said = 'Unable to get object metadata from S3. Check object key, region and/or access permissions.';
      throw new ServiceError('InvalidS3ObjectException', said);
    }
    if (object.length > maxObjectBytes) throw new ServiceError('ImageTooLargeException', 'Image size is too large');
    return object;
  }
}

/** Nobody here ever asks for more, and it could not be given. */
function onlyDefault(attributes: readonly string[]): void {
  if (attributes.some((one) => one !== 'DEFAULT')) throw invalidParameter('this emulator has no more than DEFAULT');
}

function boxOf({ BoundingBox }: FaceDetail): FaceDetail {
  return { BoundingBox };
}

function unindexed({ detail }: SeenFace, Reasons: Reason[]): UnindexedFace {
  return { FaceDetail: detail, Reasons };
}
