import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { brokerHosts } from '../adapters/local/broker-hosts.ts';
import { listenProblem } from '../adapters/local/listen-problem.ts';

/** Anything of Hono's. */
interface Fetches {
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
}

export interface SiteHandlers {
  readonly api: Fetches;
  readonly dashboard: Fetches;
  readonly oidc: { handle(req: IncomingMessage, res: ServerResponse): void };
}

const apiPath = /^\/(v1|docs|uploads)(\/|\?|$)|^\/(openapi\.json|healthz|readyz)(\?|$)/;
const oidcPath = /^\/oidc\//;
/** For requests that are under way when it is closed. */
const graceMs = 5_000;

/**
 * The HTTP port of a site: API, sign-in and dashboard on one origin. It is taken first, so that a port in use is said before anything is
 * begun; until `serve` it answers 503.
 */
export class SiteListener {
  readonly server: Server;
  #handle: (req: IncomingMessage, res: ServerResponse) => void = notYet;

  private constructor() {
    this.server = createServer((req, res) => this.#handle(req, res));
    // A picture of 10 MB over a slow phone; nothing here takes longer.
    this.server.requestTimeout = 120_000;
    this.server.headersTimeout = 20_000;
    this.server.keepAliveTimeout = 65_000;
  }

  /** @throws Misconfigured when the port is not to be had. */
  static async open(host: string, port: number): Promise<SiteListener> {
    const listener = new SiteListener();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listener.server.once('error', reject).listen(port, host, resolve);
    try {
      await promise;
    } catch (cause) {
      throw listenProblem(cause, { host, port, option: '--port' });
    }
    return listener;
  }

  get port(): number {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the listener is closed');
    return address.port;
  }

  serve({ api, dashboard, oidc }: SiteHandlers): void {
    const toApi = getRequestListener((request, env) => api.fetch(request, env));
    const toDashboard = getRequestListener((request, env) => dashboard.fetch(request, env));
    this.#handle = (req, res) => {
      const path = req.url ?? '/';
      if (oidcPath.test(path)) oidc.handle(req, res);
      else void (apiPath.test(path) ? toApi : toDashboard)(req, res);
    };
  }

  /** Lets requests under way end, for a while. May be called twice. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const impatient = setTimeout(() => this.server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(impatient);
  }
}

/** Where browsers reach a site that listens on `host`; the first is the one that it calls itself by. */
export function siteOrigins(host: string, port: number): [string, ...string[]] {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const own = isWildcard ? '127.0.0.1' : host;
  const names = isLoopback ? [own, '127.0.0.1', 'localhost'] : [own, ...brokerHosts(host)];
  const [first = own, ...others] = [...new Set(names)];
  return [origin(first, port), ...others.map((name) => origin(name, port))];
}

function origin(name: string, port: number): string {
  return new URL(`http://${name.includes(':') ? `[${name}]` : name}:${port}`).origin;
}

function notYet(_req: IncomingMessage, res: ServerResponse): void {
  const problem = { type: 'about:blank', title: 'Rollcall is starting', status: 503, code: 'unavailable' };
  res.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '2' }).end(JSON.stringify(problem));
}
