import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';

/** What made a vector; vectors of another stamp are never compared. */
export interface EngineStamp {
  readonly engine: string;
  readonly version: string;
}

/** A face in a picture. Positions are pixels of that picture; 0 to 100 unless another unit is given. */
export interface Face {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** How sure the detector is that it is a face. */
  readonly confidence: number;
  /** Degrees; null when the engine did not say, which is no sign that the face looks into the camera. */
  readonly pose: { readonly yaw: number; readonly pitch: number; readonly roll: number } | null;
  readonly quality: { readonly sharpness: number; readonly brightness: number };
}

/** A person that a face resembles. `similarity` 0 to 100, on Rekognition's scale. */
export interface Candidate {
  readonly personId: PersonId;
  readonly similarity: number;
}

/**
 * What is kept of a face to compare it later without its picture: opaque outside the engine, printable, under 2 KB.
 * The embedded engine keeps its vector, Rekognition the candidates that it named.
 */
export type FaceEvidence = string;

export interface SearchedFace {
  readonly face: Face;
  readonly evidence: FaceEvidence;
  /** Best first, one entry per person, at most 5. */
  readonly candidates: readonly Candidate[];
  /** Why the engine did not compare it, in words: nobody may be recognized by it. Absent when it did. */
  readonly problem?: string;
}

/**
 * Faces of one organization's people. Each organization is its own collection; nothing crosses it.
 * Pictures are JPEG, PNG or WebP. @throws InvalidInput `not-an-image` for what does not decode; Unavailable when it cannot answer now.
 */
export interface FaceEngine {
  /**
   * Whether each search has a price. Then captures of a door are not searched as they come, but those alone that are needed:
   * see `domain/search-plan.ts`.
   */
  readonly isPaid: boolean;

  /**
   * Adds the largest face of `image` to the collection, durably; the same photo again replaces it.
   * @returns what made the vector. @throws InvalidInput `no-face` when nobody is in it, or nobody whom it could compare.
   */
  index(org: OrganizationId, personId: PersonId, photoId: PhotoId, image: Uint8Array): Promise<EngineStamp>;

  /** Every face, largest first, with whom it resembles. */
  search(org: OrganizationId, image: Uint8Array): Promise<readonly SearchedFace[]>;

  /** Whom several pictures of one face, taken within one passage, resemble together. */
  searchTogether(org: OrganizationId, seen: readonly FaceEvidence[]): Promise<readonly Candidate[]>;

  /** Whether two faces of one passage are the same person. */
  isSamePerson(a: FaceEvidence, b: FaceEvidence): boolean;

  /** Removes the vectors of one photo, or of all photos of the person. @returns how many were removed. */
  delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<number>;
}
