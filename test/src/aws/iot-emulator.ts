import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { maxPayloadBytes } from '@rollcall/contract/topics';

export interface Published {
  readonly topic: string;
  readonly qos: number;
  readonly payload: Buffer;
}

/** A refusal of AWS IoT: REST JSON, the kind in a header. */
export interface Fault {
  readonly status: number;
  readonly kind: string;
}

/**
 * The data plane of AWS IoT Core as its REST API has it: `POST /topics/{topic}?qos=`. It keeps what was published.
 * Source: "Publish", AWS IoT data plane API reference.
 */
export class IotEmulator {
  readonly published: Published[] = [];
  /** What the next requests are refused with, one each. */
  readonly faults: Fault[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  /** Requests so far, those that were refused too. */
  requests = 0;

  /** @returns its endpoint, on the loopback. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const fault = this.faults.shift() ?? this.#take(request, Buffer.concat(chunks));
    if (fault) {
      response.writeHead(fault.status, { 'content-type': 'application/json', 'x-amzn-errortype': `${fault.kind}:` });
      response.end(JSON.stringify({ message: 'as AWS IoT says it', traceId: 'x' }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"message":"OK","traceId":"x"}');
  }

  #take(request: IncomingMessage, payload: Buffer): Fault | undefined {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://iot');
    const topic = decodeURIComponent(/^\/topics\/([^/]+)$/.exec(pathname)?.[1] ?? '');
    const isSigned = /^AWS4-HMAC-SHA256 .*\/iotdata\/aws4_request/.test(request.headers.authorization ?? '');
    if (!isSigned) return { status: 403, kind: 'ForbiddenException' };
    if (request.method !== 'POST' || topic === '') return { status: 404, kind: 'ResourceNotFoundException' };
    if (/[+#]/.test(topic) || Buffer.byteLength(topic) > 256 || topic.split('/').length > 8) {
      return { status: 400, kind: 'InvalidRequestException' };
    }
    if (payload.length > maxPayloadBytes) return { status: 413, kind: 'RequestEntityTooLargeException' };
    this.published.push({ topic, qos: Number(searchParams.get('qos') ?? 0), payload });
    return undefined;
  }
}
