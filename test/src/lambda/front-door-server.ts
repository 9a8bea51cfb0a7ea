import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { throughCloudFront } from './front-door.ts';
import type { Cloud } from './start-cloud.ts';
import { endServer, listen } from '../loopback.ts';

/** The deployment's public address, for programs that are processes of their own: CloudFront, API Gateway, the API's bundle. */
export class FrontDoorServer {
  readonly #cloud: Cloud;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** @returns its address. */
  async start(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server)}`;
  }

  async stop(): Promise<void> {
    await endServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const { pathname: path, search } = new URL(request.url ?? '/', 'http://front-door');
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const answer = await throughCloudFront(
      this.#cloud,
      {
        method: request.method ?? 'GET',
        path,
        query: search.slice(1),
        headers: Object.fromEntries(headers),
        // As API Gateway does for whatever is no text.
        ...(bytes.length > 0 && { body: bytes.toString('base64') }),
        isBase64Encoded: bytes.length > 0,
      },
      '192.0.2.1',
    );
    const { 'content-length': _, ...sent } = answer.headers;
    response.writeHead(answer.status, sent).end(answer.text);
  }
}
