import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { endServer, listen } from '../loopback.ts';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered as JSON. */
  readonly body: unknown;
}

/** An HTTP server that keeps what it is asked, and answers as it is told to: for services of AWS that only have to say yes. */
export class RecordingServer {
  readonly requests: Recorded[] = [];
  readonly #server;

  /** @param answer what it says to a request. */
  constructor(answer: (request: Recorded) => Said | Promise<Said>) {
    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', url = '' } = request;
      const recorded = { method, path: url, body: Buffer.concat(chunks).toString() };
      this.requests.push(recorded);
      const { status, headers, body } = await answer(recorded);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    this.#server = createServer((request, response) => void serve(request, response));
  }

  /** @returns its address. */
  async start(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server)}`;
  }

  async stop(): Promise<void> {
    await endServer(this.#server);
  }
}
