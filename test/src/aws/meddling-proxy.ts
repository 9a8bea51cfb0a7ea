import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { endServer, listen } from '../loopback.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What comes between a client and a service. */
export interface Meddling {
  /** An answer instead of the service's, `silence` for none at all, or nothing: it is asked as it is. */
  before?(asked: Asked): Promise<Answer | 'silence' | undefined> | Answer | 'silence' | undefined;
  /** What becomes of the service's answer; `lost`: it did what was asked, and nobody hears of it. */
  after?(asked: Asked, answer: Answer): Promise<Answer | 'lost'> | Answer | 'lost';
}

/** A proxy before a service at `upstream` that does as `meddling` says from then on; it may be changed at any time. */
export async function startMeddlingProxy(upstream: string, meddling: Meddling = {}) {
  const proxy = { meddling };
  const answerOf = async (asked: Asked): Promise<Answer | 'silence' | 'lost'> => {
    const instead = await proxy.meddling.before?.(asked);
    if (instead) return instead;
    const answer = await ask(upstream, asked);
    return (await proxy.meddling.after?.(asked, answer)) ?? answer;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = await answerOf(await read(request)).catch(() => 'lost' as const);
    if (answer === 'lost') request.socket.destroy();
    else if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((request, response) => void serve(request, response));
  return Object.assign(proxy, {
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    close: () => endServer(server),
  });
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, body: Buffer.concat(chunks) };
}

/** Asks `upstream` as it was asked, but for what belongs to one connection. */
export async function ask(upstream: string, { method, url, headers, body }: Asked): Promise<Answer> {
  const { connection: _, 'content-length': __, 'transfer-encoding': ___, expect: ____, ...passed } = headers;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(upstream + url, {
    method,
    headers: passed,
    body: hasBody ? new Uint8Array(body) : null,
  });
  const answered = Object.fromEntries(response.headers);
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding']) delete answered[name];
  if (method !== 'HEAD') delete answered['content-length'];
  return { status: response.status, headers: answered, body: Buffer.from(await response.arrayBuffer()) };
}
