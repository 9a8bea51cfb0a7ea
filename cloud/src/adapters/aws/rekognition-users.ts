import {
  AssociateFacesCommand,
  DeleteFacesCommand,
  DeleteUserCommand,
  DisassociateFacesCommand,
  type Face,
  ListFacesCommand,
  type ListFacesCommandInput,
} from '@aws-sdk/client-rekognition';
import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import { Conflict, Unavailable } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { RekognitionCalls } from './rekognition-calls.ts';
import type { RekognitionCollections } from './rekognition-collections.ts';
import { isException } from './rekognition-error.ts';

/** Faces in one request. Source: API reference of DisassociateFaces, DeleteFaces and ListFaces. */
const maxFacesOfUser = 100;
const maxFaces = 4096;

/**
 * A face may be associated however little it resembles the person's others: an admin has said who it is, and enrollment has asked whether it
 * is somebody else. AWS's default of 75 would refuse the photo with the new beard.
 */
const userMatchThreshold = 0;

/** Waits while the service is at work on a user: it refuses a second change of the same one. */
const patience = { firstMs: 200, maxMs: 2_000, attempts: 6 };

/** Which faces of a collection are whose. */
export class RekognitionUsers {
  readonly #calls: RekognitionCalls;
  readonly #collections: RekognitionCollections;

  constructor(calls: RekognitionCalls, collections: RekognitionCollections) {
    this.#calls = calls;
    this.#collections = collections;
  }

  /** Makes an indexed face one of the person's. Again it changes nothing. */
  async associate(org: OrganizationId, personId: PersonId, faceId: string): Promise<void> {
    const input = { CollectionId: this.#collections.id(org), UserId: personId, FaceIds: [faceId] };
    const command = () => new AssociateFacesCommand({ ...input, UserMatchThreshold: userMatchThreshold });
    const { UnsuccessfulFaceAssociations: failed = [] } = await this.#patiently('AssociateFaces', (options) =>
      this.#calls.client.send(command(), options),
    );
    const reasons = failed.flatMap((one) => one.Reasons ?? []);
    if (failed.length === 0) return;
    if (reasons.includes('FACE_NOT_FOUND')) throw new Unavailable('Rekognition lost a face that it had just indexed');
    throw new Conflict(
      `Rekognition did not associate the face with the person: ${reasons.join(', ') || 'no reason given'}`,
    );
  }

  /** Ids of the faces that are associated with the person. */
  async faceIds(org: OrganizationId, personId: PersonId): Promise<string[]> {
    return idsOf(await this.#list(org, { UserId: personId }));
  }

  /** Ids of faces by the photos they were indexed from, associated or not. Reads the whole collection. */
  async faceIdsOfImages(org: OrganizationId, externalImageIds: ReadonlySet<string>): Promise<string[]> {
    const faces = await this.#list(org, {});
    return idsOf(faces.filter((face) => externalImageIds.has(face.ExternalImageId ?? '')));
  }

  /** Ids of all faces in the collection. */
  async allFaceIds(org: OrganizationId): Promise<ReadonlySet<string>> {
    return new Set(idsOf(await this.#list(org, {})));
  }

  /** Removes the user, which frees its faces. */
  async deleteUser(org: OrganizationId, personId: PersonId): Promise<void> {
    const input = { CollectionId: this.#collections.id(org), UserId: personId };
    await gone(
      this.#patiently('DeleteUser', (options) => this.#calls.client.send(new DeleteUserCommand(input), options)),
    );
  }

  /** Frees faces of the person, so that they can be deleted. */
  async disassociate(org: OrganizationId, personId: PersonId, faceIds: readonly string[]): Promise<void> {
    for (const FaceIds of chunks(faceIds, maxFacesOfUser)) {
      const input = { CollectionId: this.#collections.id(org), UserId: personId, FaceIds };
      await gone(
        this.#patiently('DisassociateFaces', (options) =>
          this.#calls.client.send(new DisassociateFacesCommand(input), options),
        ),
      );
    }
  }

  /** Deletes faces and looks whether they are gone. @throws Unavailable when one is left: try again. */
  async deleteFaces(org: OrganizationId, faceIds: readonly string[]): Promise<void> {
    for (const FaceIds of chunks(faceIds, maxFaces)) {
      const command = new DeleteFacesCommand({ CollectionId: this.#collections.id(org), FaceIds });
      const answer = await gone(this.#calls.run('DeleteFaces', (options) => this.#calls.client.send(command, options)));
      const failed = answer?.UnsuccessfulFaceDeletions?.filter((one) => !one.Reasons?.includes('FACE_NOT_FOUND')) ?? [];
      const reasons = failed.flatMap((one) => one.Reasons ?? []);
      if (failed.length > 0) throw notGone(`${failed.length} faces (${reasons.join(', ')})`);
      const left = await this.#list(org, { FaceIds });
      if (left.length > 0) throw notGone(`${left.length} faces`);
    }
  }

  /** @throws Unavailable when a face is still associated with the person. */
  async checkGone(org: OrganizationId, personId: PersonId): Promise<void> {
    const left = await this.#list(org, { UserId: personId });
    if (left.length > 0) throw notGone(`${left.length} faces of a person`);
  }

  /** Pages included; nothing when the collection or the user is not there. */
  async #list(org: OrganizationId, filter: Pick<ListFacesCommandInput, 'UserId' | 'FaceIds'>): Promise<Face[]> {
    const faces: Face[] = [];
    let NextToken: string | undefined;
    do {
      const page = { CollectionId: this.#collections.id(org), MaxResults: maxFaces, NextToken };
      const command = new ListFacesCommand({ ...filter, ...page });
      const answer = await gone(this.#calls.run('ListFaces', (options) => this.#calls.client.send(command, options)));
      faces.push(...(answer?.Faces ?? []));
      NextToken = answer?.NextToken;
    } while (NextToken);
    return faces;
  }

  async #patiently<T>(
    operation: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    for (const waitMs of backoff(patience)) {
      try {
        return await this.#calls.run(operation, send);
      } catch (error) {
        if (!isException(error, 'ConflictException')) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
    throw new Unavailable(`Rekognition ${operation}: the user is being changed by others`);
  }
}

/** The answer, or undefined when what was to be changed is not there any more. */
async function gone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

function notGone(what: string): Unavailable {
  return new Unavailable(`Rekognition still has ${what} after they were deleted: try again`);
}

function idsOf(faces: readonly Face[]): string[] {
  return faces.flatMap((face) => face.FaceId ?? []);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
  return parts;
}
