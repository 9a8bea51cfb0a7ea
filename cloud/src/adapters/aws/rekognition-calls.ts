import { RekognitionClient, type RekognitionClientConfig } from '@aws-sdk/client-rekognition';
import { Unavailable } from '@rollcall/kit/app-error';
import { Slots } from '../slots.ts';
import { awsClientSettings } from './aws-client-settings.ts';
import { overdue } from './overdue.ts';
import { rekognitionError } from './rekognition-error.ts';

export interface RekognitionCallsOptions {
  readonly client: RekognitionClient;
  /** Calls at once; more wait. Quotas are 50 a second in the large regions and 5 in others, and a call takes about a second. @default 8 */
  readonly concurrency?: number;
  /** Ms from the request to its answer: waiting and retries included. @default 20000 */
  readonly deadlineMs?: number;
  /** Told of each call, with the operation's name: most of them cost money. */
  readonly onCall?: (operation: string) => void;
}

/** The client that `RekognitionEngine` is made with. `AWS_ENDPOINT_URL_REKOGNITION` redirects it. */
export function createRekognitionClient(config: RekognitionClientConfig = {}): RekognitionClient {
  return new RekognitionClient({ ...awsClientSettings({ requestTimeoutMs: 8_000, maxAttempts: 6 }), ...config });
}

/** All calls to the service go through here: so many at once, each with a deadline, errors in our words. */
export class RekognitionCalls {
  readonly client: RekognitionClient;
  readonly #slots: Slots;
  readonly #deadlineMs: number;
  readonly #onCall: (operation: string) => void;

  constructor({ client, concurrency = 8, deadlineMs = 20_000, onCall = () => {} }: RekognitionCallsOptions) {
    this.client = client;
    this.#slots = new Slots(concurrency);
    this.#deadlineMs = deadlineMs;
    this.#onCall = onCall;
  }

  /** The answer of one call. @throws what `rekognitionError` says. */
  async run<T>(operation: string, send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const abortSignal = AbortSignal.timeout(this.#deadlineMs);
    await this.#slots.take();
    try {
      if (abortSignal.aborted) throw new Unavailable(`Rekognition ${operation}: too many calls wait already`);
      this.#onCall(operation);
      return await Promise.race([send({ abortSignal }), overdue(abortSignal, `Rekognition ${operation}`)]);
    } catch (error) {
      throw rekognitionError(error, operation);
    } finally {
      this.#slots.give();
    }
  }
}
