import {
  type FaceDetail,
  SearchUsersByImageCommand,
  type SearchUsersByImageCommandOutput,
} from '@aws-sdk/client-rekognition';
import { type OrganizationId, PersonId, type PhotoId } from '@rollcall/contract/ids';
import { faceProblem } from '../../domain/face-gate.ts';
import type { Candidate, EngineStamp, Face, FaceEngine, FaceEvidence, SearchedFace } from '../../ports/face-engine.ts';
import type { Table } from '../../ports/table.ts';
import { VectorStore } from '../../store/vector-store.ts';
import { evidenceWeight } from '../evidence-weight.ts';
import { RekognitionCalls, type RekognitionCallsOptions } from './rekognition-calls.ts';
import { RekognitionCollections } from './rekognition-collections.ts';
import { saysNoFace } from './rekognition-error.ts';
import { evidenceOf, maxCandidates } from './rekognition-evidence.ts';
import { RekognitionPhotos } from './rekognition-photos.ts';
import { boxIn, RekognitionPicture, type SentPicture } from './rekognition-picture.ts';
import { RekognitionUsers } from './rekognition-users.ts';
import { rekognitionVotes } from './rekognition-votes.ts';
import { faultOf } from './rekognition-words.ts';

export interface RekognitionEngineOptions extends RekognitionCallsOptions {
  /** Where it is kept which face of the collection is which photo's. */
  readonly table: Table;
  /** Of the collections' names: of this deployment alone. */
  readonly prefix: string;
  /** Faces of one picture that are compared, largest first: each but the first costs a call of its own. @default 8 */
  readonly maxFacesPerPicture?: number;
}

/** A face that is in a picture, and why it was not compared, if it was not. */
interface Found {
  readonly face: Face;
  readonly problem?: string | undefined;
}

interface Answer {
  readonly version: string;
  readonly searched: FaceDetail | undefined;
  readonly unsearched: readonly { readonly detail: FaceDetail; readonly problem: string | undefined }[];
  readonly candidates: readonly Candidate[];
}

/**
 * Faces by Amazon Rekognition: a collection per organization, in it a user per person with the faces of the photos.
 * Only the default attributes are ever asked for: no age, no gender, no emotions.
 */
export class RekognitionEngine implements FaceEngine {
  readonly isPaid = true;
  readonly #calls: RekognitionCalls;
  readonly #collections: RekognitionCollections;
  readonly #photos: RekognitionPhotos;
  readonly #maxFaces: number;

  constructor(options: RekognitionEngineOptions) {
    this.#calls = new RekognitionCalls(options);
    this.#collections = new RekognitionCollections(this.#calls, options.prefix);
    const users = new RekognitionUsers(this.#calls, this.#collections);
    this.#photos = new RekognitionPhotos(this.#calls, this.#collections, users, new VectorStore(options.table));
    this.#maxFaces = options.maxFacesPerPicture ?? 8;
  }

  async index(org: OrganizationId, personId: PersonId, photoId: PhotoId, image: Uint8Array): Promise<EngineStamp> {
    const picture = await RekognitionPicture.read(image);
    return this.#photos.put(org, personId, photoId, picture.whole.bytes);
  }

  /** One call where one face is; one more for each other face that could be recognized. */
  async search(org: OrganizationId, image: Uint8Array): Promise<readonly SearchedFace[]> {
    const picture = await RekognitionPicture.read(image);
    const { version, searched, unsearched, candidates } = await this.#ask(org, picture.whole);
    const largest = searched ? [searchedFace({ face: faceOf(searched, picture) }, version, candidates)] : [];
    const others = unsearched.map(({ detail, problem }): Found => ({ face: faceOf(detail, picture), problem }));
    const worthy = others.filter(isWorthACall).sort((a, b) => byArea(a.face, b.face));
    const room = this.#maxFaces - largest.length;
    const boxes = [...largest, ...others].map((one) => one.face.box);
    const cropped = await Promise.all(
      worthy.slice(0, room).map((one) => this.#searchCropped(org, picture, one.face, boxes, version)),
    );
    const uncompared = [
      ...worthy.slice(room).map(({ face }): Found => ({ face, problem: 'too many faces in one picture' })),
      ...others.filter((one) => !isWorthACall(one)),
    ].map((one) => searchedFace(one, version, []));
    return [...largest, ...cropped, ...uncompared].sort((a, b) => byArea(a.face, b.face));
  }

  searchTogether(org: OrganizationId, seen: readonly FaceEvidence[]): Promise<readonly Candidate[]> {
    return rekognitionVotes.searchTogether(org, seen);
  }

  isSamePerson(a: FaceEvidence, b: FaceEvidence): boolean {
    return rekognitionVotes.isSamePerson(a, b);
  }

  delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<number> {
    return this.#photos.delete(org, personId, photoId);
  }

  /** Photos to `index` again, from the kept pictures: they match nobody until then. Reads all records of the organization's photos. */
  stalePhotos(org: OrganizationId): Promise<{ personId: PersonId; photoId: PhotoId }[]> {
    return this.#photos.stale(org);
  }

  /**
   * Puts an empty collection in the place of the organization's, because AWS gives its newest model to new collections only. Then every photo is
   * stale: re-index at once, since until then nobody is recognized.
   */
  renew(org: OrganizationId): Promise<void> {
    return this.#collections.replace(org);
  }

  /** The face alone, because a search looks at the largest face only. */
  async #searchCropped(
    org: OrganizationId,
    picture: RekognitionPicture,
    face: Face,
    boxes: readonly Face['box'][],
    version: string,
  ): Promise<SearchedFace> {
    const crop = await picture.crop(face.box, boxes);
    const { searched, unsearched, candidates } = await this.#ask(org, crop);
    if (searched && isAt(boxIn(crop, searched.BoundingBox ?? {}), face.box)) {
      return searchedFace({ face }, version, candidates);
    }
    const problem = unsearched.map((one) => one.problem).find((one) => one !== undefined);
    return searchedFace({ face, problem: problem ?? 'face cannot be told from what is around it' }, version, []);
  }

  async #ask(org: OrganizationId, { bytes }: SentPicture): Promise<Answer> {
    try {
      const answer = await this.#collections.within(org, (CollectionId) =>
        this.#calls.run('SearchUsersByImage', (options) =>
          this.#calls.client.send(
            new SearchUsersByImageCommand({
              CollectionId,
              Image: { Bytes: bytes },
              MaxUsers: maxCandidates,
              // The organization's thresholds decide, and the runner-up counts too: so all that it would say.
              UserMatchThreshold: 0,
              QualityFilter: 'AUTO',
            }),
            options,
          ),
        ),
      );
      return readAnswer(answer);
    } catch (error) {
      if (saysNoFace(error)) return { version: '', searched: undefined, unsearched: [], candidates: [] };
      throw error;
    }
  }
}

/** A call for whom nobody would be recognized by anyway is money for nothing. */
function isWorthACall({ face, problem }: Found): boolean {
  return problem === undefined && faceProblem(face) === null;
}

function readAnswer(answer: SearchUsersByImageCommandOutput): Answer {
  const candidates = (answer.UserMatches ?? []).map(({ User, Similarity }) => ({
    personId: PersonId.parse(User?.UserId),
    similarity: Similarity ?? 0,
  }));
  return {
    version: answer.FaceModelVersion ?? '',
    searched: answer.SearchedFace?.FaceDetail,
    unsearched: (answer.UnsearchedFaces ?? []).map(({ FaceDetails = {}, Reasons = [] }) => ({
      detail: FaceDetails,
      problem: faultOf(Reasons),
    })),
    candidates: candidates.sort((a, b) => b.similarity - a.similarity),
  };
}

function searchedFace({ face, problem }: Found, version: string, candidates: readonly Candidate[]): SearchedFace {
  const stamp = { engine: 'rekognition', version };
  const evidence = evidenceOf({ stamp, weight: evidenceWeight(face), candidates });
  return { face, evidence, candidates, ...(problem === undefined ? {} : { problem }) };
}

/**
 * A search answers with little more than the box. That it is a face is sure, since the quality filter let it pass; how it is turned is not
 * known, and DetectFaces, which would say, costs as much as the search.
 */
function faceOf({ BoundingBox = {}, Confidence = 100, Pose }: FaceDetail, picture: RekognitionPicture): Face {
  const box = boxIn(picture.whole, BoundingBox);
  const { Yaw: yaw = 0, Pitch: pitch = 0, Roll: roll = 0 } = Pose ?? {};
  const pose = Pose ? { yaw, pitch, roll } : null;
  return { box, confidence: Confidence, pose, quality: picture.qualityAt(box, roll) };
}

function isAt(found: Face['box'], wanted: Face['box']): boolean {
  const x = found.x + found.width / 2;
  const y = found.y + found.height / 2;
  return x > wanted.x && x < wanted.x + wanted.width && y > wanted.y && y < wanted.y + wanted.height;
}

function byArea(a: Face, b: Face): number {
  return b.box.width * b.box.height - a.box.width * a.box.height;
}
