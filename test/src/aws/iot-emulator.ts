import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { type CertificatesAnswer, CertificatesEmulator } from './certificates-emulator.ts';
import { IotJobsEmulator, type JobsAnswer } from './iot-jobs-emulator.ts';
import { IotShadowEmulator } from './iot-shadow-emulator.ts';
import { endServer, listen } from '../loopback.ts';

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
 * AWS IoT Core as its REST APIs have it, both planes at one address: it keeps what was published, ends connections, and turns
 * certificates off; `jobs` is what it knows of jobs, `shadows` of shadows. Source: "Publish", "DeleteConnection" and "UpdateCertificate", AWS IoT API reference.
 */
export class IotEmulator {
  readonly published: Published[] = [];
  readonly jobs = new IotJobsEmulator();
  readonly shadows = new IotShadowEmulator();
  /** Client ids. */
  readonly connections = new Set<string>();
  /** Status by certificate id. */
  readonly certificates = new Map<string, string>();
  /** Things and their certificates. */
  readonly identities = new CertificatesEmulator(this.certificates);
  /** What happened to connections and certificates, in order. */
  readonly events: string[] = [];
  /** Who hears what is published. */
  onPublish: ((message: Published) => void) | undefined;
  /** Who ends connections. */
  onEnd: ((clientId: string) => void) | undefined;
  /** What the next requests are refused with, one each. */
  readonly faults: Fault[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  /** Requests so far, those that were refused too. */
  requests = 0;

  /** @returns its endpoint, on the loopback. */
  async start(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server)}`;
  }

  async stop(): Promise<void> {
    await endServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const answer =
      this.faults.shift() ??
      this.#answerOfJobs(request, body) ??
      this.#answerOfShadows(request, body) ??
      this.#answerOfCertificates(request, body);
    if (answer && 'body' in answer) {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      return;
    }
    const fault = answer ?? this.#take(request, body);
    if (fault) {
      response.writeHead(fault.status, { 'content-type': 'application/json', 'x-amzn-errortype': `${fault.kind}:` });
      response.end(JSON.stringify({ message: 'as AWS IoT says it', traceId: 'x' }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"message":"OK","traceId":"x"}');
  }

  #answerOfJobs(request: IncomingMessage, body: Buffer): JobsAnswer | undefined {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://iot');
    const path = pathname.slice(1).split('/').map(decodeURIComponent);
    const answer = this.jobs.answer(request.method ?? '', path, searchParams, body.toString());
    const isSigned = /^AWS4-HMAC-SHA256 .*\/(execute-api|iot)\/aws4_request/.test(request.headers.authorization ?? '');
    return answer && !isSigned ? { status: 403, kind: 'ForbiddenException' } : answer;
  }

  #answerOfCertificates(request: IncomingMessage, body: Buffer): CertificatesAnswer | undefined {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://iot');
    const path = pathname.slice(1).split('/').map(decodeURIComponent);
    const asked = { headers: request.headers, body: body.toString() };
    const isSigned = /^AWS4-HMAC-SHA256 .*\/(execute-api|iot)\/aws4_request/.test(request.headers.authorization ?? '');
    return isSigned ? this.identities.answer(request.method ?? '', path, searchParams, asked) : undefined;
  }

  #answerOfShadows(request: IncomingMessage, body: Buffer): JobsAnswer | undefined {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://iot');
    const path = pathname.slice(1).split('/').map(decodeURIComponent);
    const isSigned = /^AWS4-HMAC-SHA256 .*\/iotdata\/aws4_request/.test(request.headers.authorization ?? '');
    return isSigned ? this.shadows.answer(request.method ?? '', path, searchParams, body) : undefined;
  }

  #take(request: IncomingMessage, payload: Buffer): Fault | undefined {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://iot');
    const [kind = '', name = ''] = pathname.slice(1).split('/').map(decodeURIComponent);
    const service = kind === 'certificates' ? 'execute-api|iot' : 'iotdata';
    const isSigned = new RegExp(`^AWS4-HMAC-SHA256 .*/(${service})/aws4_request`).test(
      request.headers.authorization ?? '',
    );
    if (!isSigned) return { status: 403, kind: 'ForbiddenException' };
    switch (`${request.method} ${kind}`) {
      case 'POST topics':
        return this.#publish(name, Number(searchParams.get('qos') ?? 0), payload);
      case 'DELETE connections':
        this.events.push(`end ${name}`);
        this.onEnd?.(name);
        return this.connections.delete(name) ? undefined : notFound;
      case 'PUT certificates':
        this.events.push(`certificate ${name} ${searchParams.get('newStatus')}`);
        if (!this.certificates.has(name)) return notFound;
        this.certificates.set(name, searchParams.get('newStatus') ?? '');
        return undefined;
      default:
        return notFound;
    }
  }

  #publish(topic: string, qos: number, payload: Buffer): Fault | undefined {
    if (topic === '' || /[+#]/.test(topic) || Buffer.byteLength(topic) > 256 || topic.split('/').length > 8) {
      return { status: 400, kind: 'InvalidRequestException' };
    }
    if (payload.length > maxPayloadBytes) return { status: 413, kind: 'RequestEntityTooLargeException' };
    const message = { topic, qos, payload };
    this.published.push(message);
    this.onPublish?.(message);
    return undefined;
  }
}

const notFound: Fault = { status: 404, kind: 'ResourceNotFoundException' };
