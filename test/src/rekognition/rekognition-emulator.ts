import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { EmulatedService, type EmulatedServiceOptions } from './emulated-service.ts';
import type { RunOperation } from './request-schemas.ts';
import { ServiceError } from './service-error.ts';
import { type AccessKey, checkSignature } from './signature.ts';

/** A throttle as the service has one per account and operation. */
export interface Throttle {
  readonly perSecond: number;
  readonly error: 'ProvisionedThroughputExceededException' | 'ThrottlingException';
}

export interface EmulatorOptions extends EmulatedServiceOptions {
  /** Whose requests it answers. @default one of its own */
  readonly key?: AccessKey;
}

const Tokened = z.object({ ClientRequestToken: z.string() });

/** 5 MB in base64 and the rest of the request; larger ones do not reach the service. */
const maxBodyBytes = 8 * 1024 * 1024;

const serviceErrors = {
  ProvisionedThroughputExceededException: () =>
    new ServiceError('ProvisionedThroughputExceededException', 'Provisioned Rate exceeded'),
  ThrottlingException: () =>
    new ServiceError('ThrottlingException', 'Slow down; sudden increase in rate of requests', 500),
  InternalServerError: () => new ServiceError('InternalServerError', 'Internal server error', 500),
};

/**
 * Amazon Rekognition on 127.0.0.1: AWS JSON 1.1 with signed requests, limits, error shapes, throttling and delays, over the embedded models.
 * For tests: it holds what the engine and its tests use, and what makes that coherent.
 */
export class RekognitionEmulator {
  readonly key: AccessKey;
  readonly service: EmulatedService;
  /** Calls that were answered with success, by operation. */
  readonly calls = new Map<string, number>();
  /** Calls that were throttled or failed by order. */
  refused = 0;
  /** The most requests that were being answered at one time. */
  mostAtOnce = 0;
  /** Ms before each answer. */
  latencyMs = 0;
  throttle: Throttle | undefined;
  #underWay = 0;
  readonly #server: Server;
  readonly #failures: (keyof typeof serviceErrors)[] = [];
  readonly #recent = new Map<string, number[]>();
  /** Answers by client request token: the same request again gets the same answer. */
  readonly #answered = new Map<string, { readonly request: string; readonly answer: object }>();

  private constructor({ key, ...options }: EmulatorOptions) {
    this.key = key ?? { accessKeyId: 'AKIAEMULATOR', secretAccessKey: randomUUID() };
    this.service = new EmulatedService(options);
    this.#server = createServer((request, response) => void this.#respond(request, response));
  }

  static async start(options: EmulatorOptions): Promise<RekognitionEmulator> {
    const emulator = new RekognitionEmulator(options);
    await new Promise<void>((resolve) => emulator.#server.listen(0, '127.0.0.1', resolve));
    return emulator;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('the emulator does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The next `count` calls fail so. */
  failNext(error: keyof typeof serviceErrors, count = 1): void {
    for (let i = 0; i < count; i++) this.#failures.push(error);
  }

  /** Starts counting again. */
  resetCounts(): void {
    this.calls.clear();
    this.refused = 0;
    this.mostAtOnce = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#underWay);
    const { status, body } = await this.#answer(request).finally(() => this.#underWay--);
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': randomUUID() });
    response.end(JSON.stringify(body));
  }

  async #answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: object }> {
    try {
      const body = await bodyOf(request);
      checkSignature(request, body, this.key);
      const operation = operationOf(request);
      const run = new Map<string, RunOperation>(Object.entries(this.service.operations)).get(operation);
      if (!run) throw new ServiceError('UnknownOperationException', `no operation ${operation}`);
      this.#slowDown(operation);
      const answer = await this.#once(`${operation} ${body.toString()}`, parsed(body), run);
      if (this.latencyMs > 0) await sleep(this.latencyMs);
      this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
      return { status: 200, body: answer };
    } catch (error) {
      // Anything else is a bug of the emulator: say so where the test sees it.
      const said = error instanceof ServiceError ? error : new ServiceError('EmulatorBroke', String(error), 501);
      return { status: said.status, body: said.body };
    }
  }

  /** A request with a token that was used before gets the answer that it got then. */
  async #once(request: string, body: unknown, run: RunOperation): Promise<object> {
    const { data } = Tokened.safeParse(body);
    if (data === undefined) return run(body);
    const token = data.ClientRequestToken;
    const before = this.#answered.get(token);
    if (before && before.request !== request) {
      const said = `The ClientRequestToken: ${token} you have supplied is already in use.`;
      throw new ServiceError('IdempotentParameterMismatchException', said);
    }
    const answer = before?.answer ?? (await run(body));
    this.#answered.set(token, { request, answer });
    return answer;
  }

  #slowDown(operation: string): void {
    const failure = this.#failures.shift() ?? (this.#isOverRate(operation) ? this.throttle?.error : undefined);
    if (!failure) return;
    this.refused++;
    throw serviceErrors[failure]();
  }

  #isOverRate(operation: string): boolean {
    if (!this.throttle) return false;
    const now = performance.now();
    const recent = (this.#recent.get(operation) ?? []).filter((at) => now - at < 1_000);
    const isOver = recent.length >= this.throttle.perSecond;
    if (!isOver) recent.push(now);
    this.#recent.set(operation, recent);
    return isOver;
  }
}

/** Of `RekognitionService.SearchUsersByImage` the last part. */
function operationOf({ headers }: IncomingMessage): string {
  const [service, operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  if (headers['content-type'] === 'application/x-amz-json-1.1' && service === 'RekognitionService') return operation;
  throw new ServiceError('UnknownOperationException', 'expected AWS JSON 1.1 for RekognitionService');
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    throw new ServiceError('SerializationException', 'Unable to parse the request');
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  if (bytes > maxBodyBytes) throw new ServiceError('RequestEntityTooLarge', 'The request is too large', 413);
  return Buffer.concat(chunks);
}
