import { createHash, timingSafeEqual } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';

export interface FrontDoorSecretOptions {
  readonly client: SecretsManagerClient;
  /** ARN or name. */
  readonly secretId: string;
  readonly clock: Clock;
}

/** How long what was read counts: so long at most does a value that was replaced twice let somebody in. */
const keptMs = 5 * 60_000;
/** How often a value that is not known makes us look whether it is new: anybody may send one. */
const lookAgainMs = 30_000;

/** The secret by which CloudFront shows itself. Its value and the one before both count, so that it can be replaced while requests come. */
export class FrontDoorSecret {
  readonly #options: FrontDoorSecretOptions;
  #values: readonly Buffer[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(options: FrontDoorSecretOptions) {
    this.#options = options;
  }

  /** @throws Unavailable when the secret cannot be read and never could. */
  async isShownBy(value: string): Promise<boolean> {
    const digest = digestOf(value);
    const isKnown = () => this.#values.filter((one) => timingSafeEqual(one, digest)).length > 0;
    const age = this.#options.clock.now() - this.#readAt;
    if (age < keptMs && isKnown()) return true;
    if (age < lookAgainMs) return false;
    await this.#read();
    return isKnown();
  }

  /** Once for all who ask at the same time. What was read before is gone by when nothing can be read. */
  async #read(): Promise<void> {
    this.#reading ??= this.#readBoth().finally(() => {
      this.#reading = undefined;
    });
    try {
      await this.#reading;
    } catch (cause) {
      if (this.#values.length === 0) throw new Unavailable('the secret of the front door cannot be read', { cause });
      this.#readAt = this.#options.clock.now() - keptMs + lookAgainMs;
    }
  }

  async #readBoth(): Promise<void> {
    const values = await Promise.all(['AWSCURRENT', 'AWSPREVIOUS'].map((stage) => this.#valueAt(stage)));
    this.#values = values.flatMap((value) => (value === undefined ? [] : [digestOf(value)]));
    this.#readAt = this.#options.clock.now();
  }

  /** Undefined when there is none yet: a new secret has no value before. */
  async #valueAt(stage: string): Promise<string | undefined> {
    const { client, secretId } = this.#options;
    try {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
      );
      return SecretString;
    } catch (error) {
      if (stage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }
}

/** Of one length, as comparing in constant time wants it. */
function digestOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
