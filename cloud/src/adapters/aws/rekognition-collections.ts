import {
  CreateCollectionCommand,
  CreateUserCommand,
  DeleteCollectionCommand,
  DescribeCollectionCommand,
  type DescribeCollectionCommandOutput,
} from '@aws-sdk/client-rekognition';
import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { RekognitionCalls } from './rekognition-calls.ts';
import { isException } from './rekognition-error.ts';

/**
 * The name of an organization's collection, `{prefix}.{organization}`. The dot is in no organization's id, so no organization of one stage
 * (`rollcall`) can be mistaken for one of another (`rollcall-test`), and a policy for `collection/rollcall.*` names this stage alone.
 */
export function collectionId(prefix: string, org: OrganizationId): string {
  return `${prefix}.${org}`;
}

/** Each organization's collection, made when it is first needed, with a user per person. */
export class RekognitionCollections {
  readonly #calls: RekognitionCalls;
  readonly #prefix: string;

  constructor(calls: RekognitionCalls, prefix: string) {
    this.#calls = calls;
    this.#prefix = prefix;
  }

  id(org: OrganizationId): string {
    return collectionId(this.#prefix, org);
  }

  /** Runs what needs the collection; when it is missing, makes it and runs it again. */
  async within<T>(org: OrganizationId, run: (collection: string) => Promise<T>): Promise<T> {
    try {
      return await run(this.id(org));
    } catch (error) {
      if (!isException(error, 'ResourceNotFoundException')) throw error;
      await this.#create(org);
      return run(this.id(org));
    }
  }

  /** Lets there be a user for the person. */
  async ensureUser(org: OrganizationId, personId: PersonId): Promise<void> {
    try {
      await this.within(org, (CollectionId) =>
        this.#calls.run('CreateUser', (options) =>
          this.#calls.client.send(new CreateUserCommand({ CollectionId, UserId: personId }), options),
        ),
      );
    } catch (error) {
      // There is one already.
      if (!isException(error, 'ConflictException')) throw error;
    }
  }

  /** Undefined when there is none yet. */
  async describe(org: OrganizationId): Promise<DescribeCollectionCommandOutput | undefined> {
    const command = new DescribeCollectionCommand({ CollectionId: this.id(org) });
    try {
      return await this.#calls.run('DescribeCollection', (options) => this.#calls.client.send(command, options));
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  /** Puts an empty one in its place, which gets the newest model. */
  async replace(org: OrganizationId): Promise<void> {
    const command = new DeleteCollectionCommand({ CollectionId: this.id(org) });
    try {
      await this.#calls.run('DeleteCollection', (options) => this.#calls.client.send(command, options));
    } catch (error) {
      if (!isException(error, 'ResourceNotFoundException')) throw error;
    }
    await this.#create(org);
  }

  async #create(org: OrganizationId): Promise<void> {
    const command = new CreateCollectionCommand({ CollectionId: this.id(org) });
    try {
      await this.#calls.run('CreateCollection', (options) => this.#calls.client.send(command, options));
    } catch (error) {
      // Somebody was quicker.
      if (!isException(error, 'ResourceAlreadyExistsException')) throw error;
    }
  }
}
