import { createHash, randomUUID } from 'node:crypto';
import type { Face, FaceMatch, UnsuccessfulFaceAssociation, UserMatch, UserStatus } from '@aws-sdk/client-rekognition';
import { meanVector } from '@rollcall/faces/mean-vector';
import { scalarProduct, similarityAt } from '@rollcall/faces/similarity';
import type { SeenFace } from './emulated-eyes.ts';
import { notFound, ServiceError } from './service-error.ts';

interface StoredFace {
  readonly face: Face & { readonly FaceId: string };
  readonly vector: Float32Array;
  userId?: string;
}

const maxFacesPerUser = 100;

/** Faces and users of one collection. A user is as similar as the mean of the user's faces. */
export class EmulatedCollection {
  readonly id: string;
  readonly modelVersion: string;
  readonly createdAt = Date.now() / 1000;
  readonly faces = new Map<string, StoredFace>();
  /** With the time until which the service is at work on each. */
  readonly #users = new Map<string, { busyUntil: number; hasFaces: boolean }>();
  readonly #byImage = new Map<string, string>();
  readonly #settleMs: number;

  /** @param settleMs how long a user stays `UPDATING` after a change. */
  constructor(id: string, modelVersion: string, settleMs: number) {
    this.id = id;
    this.modelVersion = modelVersion;
    this.#settleMs = settleMs;
  }

  get userIds(): string[] {
    return [...this.#users.keys()];
  }

  statusOf(userId: string): UserStatus {
    const user = this.#users.get(userId);
    if (!user?.hasFaces) return 'CREATED';
    return user.busyUntil > Date.now() ? 'UPDATING' : 'ACTIVE';
  }

  createUser(userId: string): void {
    if (this.#users.has(userId)) throw conflict('A User with the same Id already exists within the collection');
    this.#users.set(userId, { busyUntil: 0, hasFaces: false });
  }

  deleteUser(userId: string): void {
    this.#change(userId);
    for (const stored of this.facesOf(userId)) delete stored.userId;
    this.#users.delete(userId);
  }

  /** The same picture with the same external id gives the face that is there. */
  add(seen: SeenFace, image: Buffer, externalImageId: string | undefined): Face {
    const digest = createHash('sha256').update(image).digest('hex');
    const key = `${digest} ${externalImageId} ${JSON.stringify(seen.detail.BoundingBox)}`;
    const known = this.faces.get(this.#byImage.get(key) ?? '');
    if (known) return known.face;
    if (!seen.found.vector) throw new Error('a reader that was asked for vectors gave none');
    const face = {
      FaceId: randomUUID(),
      ImageId: [8, 12, 16, 20, 32].map((end, i, ends) => digest.slice(ends[i - 1] ?? 0, end)).join('-'),
      BoundingBox: seen.detail.BoundingBox,
      Confidence: seen.detail.Confidence,
      IndexFacesModelVersion: this.modelVersion,
      ...(externalImageId === undefined ? {} : { ExternalImageId: externalImageId }),
    };
    this.faces.set(face.FaceId, { face, vector: seen.found.vector });
    this.#byImage.set(key, face.FaceId);
    return face;
  }

  /** Faces that could not be deleted, with why. */
  deleteFaces(faceIds: readonly string[]): {
    readonly deleted: string[];
    readonly failed: { FaceId: string; UserId?: string; Reasons: string[] }[];
  } {
    const deleted: string[] = [];
    const failed: { FaceId: string; UserId?: string; Reasons: string[] }[] = [];
    for (const FaceId of faceIds) {
      const stored = this.faces.get(FaceId);
      if (!stored) failed.push({ FaceId, Reasons: ['FACE_NOT_FOUND'] });
      else if (stored.userId !== undefined) {
        failed.push({ FaceId, UserId: stored.userId, Reasons: ['ASSOCIATED_TO_AN_EXISTING_USER'] });
      } else {
        this.faces.delete(FaceId);
        deleted.push(FaceId);
      }
    }
    return { deleted, failed };
  }

  associate(userId: string, faceIds: readonly string[], threshold: number) {
    this.#change(userId);
    const associated: string[] = [];
    const failed: UnsuccessfulFaceAssociation[] = [];
    for (const FaceId of faceIds) {
      const stored = this.faces.get(FaceId);
      if (!stored) failed.push({ FaceId, Reasons: ['FACE_NOT_FOUND'] });
      else if (stored.userId === userId) continue;
      else if (stored.userId !== undefined) {
        failed.push({ FaceId, UserId: stored.userId, Reasons: ['ASSOCIATED_TO_A_DIFFERENT_USER'] });
      } else if (this.facesOf(userId).length >= maxFacesPerUser) {
        throw new ServiceError('ServiceQuotaExceededException', 'The number of faces per user exceeds the limit');
      } else {
        const Confidence = this.#likenessTo(userId, stored.vector);
        if (Confidence < threshold)
          failed.push({ FaceId, UserId: userId, Confidence, Reasons: ['LOW_MATCH_CONFIDENCE'] });
        else {
          stored.userId = userId;
          associated.push(FaceId);
        }
      }
    }
    this.#touch(userId);
    return { associated, failed };
  }

  disassociate(userId: string, faceIds: readonly string[]) {
    this.#change(userId);
    const freed: string[] = [];
    const failed: { FaceId: string; UserId?: string; Reasons: string[] }[] = [];
    for (const FaceId of faceIds) {
      const stored = this.faces.get(FaceId);
      if (!stored) failed.push({ FaceId, Reasons: ['FACE_NOT_FOUND'] });
      else if (stored.userId === userId) {
        delete stored.userId;
        freed.push(FaceId);
      } else if (stored.userId !== undefined) {
        failed.push({ FaceId, UserId: stored.userId, Reasons: ['ASSOCIATED_TO_A_DIFFERENT_USER'] });
      }
    }
    this.#touch(userId);
    return { freed, failed };
  }

  facesOf(userId: string): StoredFace[] {
    if (!this.#users.has(userId)) throw notFound(`The user id: ${userId} does not exist`);
    return [...this.faces.values()].filter((stored) => stored.userId === userId);
  }

  search({ found }: SeenFace, threshold: number, limit: number): UserMatch[] {
    const { vector } = found;
    if (!vector) return [];
    return this.userIds
      .filter((userId) => this.facesOf(userId).length > 0)
      .map((UserId) => ({
        Similarity: this.#likenessTo(UserId, vector),
        User: { UserId, UserStatus: this.statusOf(UserId) },
      }))
      .filter((match) => match.Similarity >= threshold)
      .sort((a, b) => b.Similarity - a.Similarity)
      .slice(0, limit);
  }

  /** Single faces, whoever's they are. */
  searchFaces({ found }: SeenFace, threshold: number, limit: number): FaceMatch[] {
    const { vector } = found;
    if (!vector) return [];
    return [...this.faces.values()]
      .map((stored) => ({ Similarity: alike(vector, stored.vector, 0), Face: stored.face }))
      .filter((match) => match.Similarity >= threshold)
      .sort((a, b) => b.Similarity - a.Similarity)
      .slice(0, limit);
  }

  #likenessTo(userId: string, vector: Float32Array): number {
    const faces = this.facesOf(userId);
    if (faces.length === 0) return 100;
    const mean = meanVector(faces.map((stored) => ({ vector: stored.vector, weight: 1 })));
    return alike(vector, mean.vector, mean.handicap);
  }

  /** @throws ServiceError when the user is not there, or still being changed. */
  #change(userId: string): void {
    const user = this.#users.get(userId);
    if (!user) throw notFound(`The user id: ${userId} does not exist`);
    if (user.busyUntil > Date.now()) throw conflict('The update or deletion of the User caused an inconsistent state.');
  }

  #touch(userId: string): void {
    this.#users.set(userId, { busyUntil: Date.now() + this.#settleMs, hasFaces: this.facesOf(userId).length > 0 });
  }
}

function alike(a: Float32Array, b: Float32Array, handicap: number): number {
  return similarityAt(Math.sqrt(Math.max(0, 2 - 2 * scalarProduct(a, b) + handicap)));
}

function conflict(message: string): ServiceError {
  return new ServiceError('ConflictException', message);
}
