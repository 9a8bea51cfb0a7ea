import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { createLocalJWKSet } from 'jose';
import { Provider } from 'oidc-provider';
import type { Identity } from '../../ports/identity.ts';
import type { Table } from '../../ports/table.ts';
import type { UserStore } from '../../store/user-store.ts';
import { OidcIdentity } from '../oidc-identity.ts';
import { audienceOf, oidcConfiguration } from './oidc-configuration.ts';
import { type OidcKeys, publicJwk } from './oidc-keys.ts';
import { handleSignIn } from './oidc-sign-in.ts';
import { messagePage, signInPolicy } from './sign-in-pages.ts';
import { SignInThrottle } from './sign-in-throttle.ts';

export interface OidcOptions {
  /**
   * Where browsers reach this server, `http://127.0.0.1:8080`. The issuer is the first one and `/oidc`; under the others people
   * sign in as well. By any other name there is no sign-in, so a name that leads here by trickery is of no use.
   */
  readonly origins: readonly [string, ...string[]];
  readonly table: Table;
  readonly users: UserStore;
  readonly keys: OidcKeys;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Oidc {
  /** For every request whose path starts with `/oidc/`. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Checks the access tokens that it gives out. */
  readonly identity: Identity;
  readonly issuer: string;
}

/** The embedded OpenID provider, with its own sign-in page. */
export function createOidc(options: OidcOptions): Oidc {
  const { origins, users, keys, clock } = options;
  const log = options.log.child({ part: 'oidc' });
  const issuer = `${origins[0]}/oidc`;
  const provider = new Provider(issuer, oidcConfiguration(options));
  // Behind a proxy that ends TLS, its X-Forwarded-Proto says that the browser came by https.
  provider.proxy = origins[0].startsWith('https:');
  provider.on('server_error', (_ctx, err) => log.error('sign-in-failed', { err }));
  const callback = provider.callback();
  const hosts = new Set(origins.map((origin) => new URL(origin).host));
  const signIn = { provider, users, log, origins, throttle: new SignInThrottle(clock) };

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(pageHeaders)) res.setHeader(name, value);
    if (!hosts.has(req.headers.host ?? '')) return refuseHost(res, origins);
    if (/^\/oidc\/login\/[\w-]+(\?|$)/.test(req.url ?? '')) return handleSignIn(signIn, req, res);
    // oidc-provider finds out where it is mounted by the difference of the two.
    Object.assign(req, { originalUrl: req.url });
    req.url = (req.url ?? '').slice('/oidc'.length) || '/';
    return callback(req, res);
  };

  return {
    issuer,
    identity: new OidcIdentity({
      issuer,
      audience: audienceOf(origins),
      keys: createLocalJWKSet({ keys: [publicJwk(keys)] }),
      clock,
    }),
    handle: (req, res) => {
      answer(req, res).catch((err: unknown) => {
        log.error('sign-in-failed', { err });
        if (!res.headersSent) res.writeHead(500, { 'Content-Type': 'text/html; charset=utf-8' });
        res.end(messagePage('That did not work', 'Something went wrong on our side. Try again in a moment.'));
      });
    },
  };
}

/** `same-origin` and not `no-referrer`: with that a browser would not say where the form came from. */
const pageHeaders = {
  'Content-Security-Policy': signInPolicy,
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

function refuseHost(res: ServerResponse, origins: readonly string[]): void {
  const words = `This server does not know itself by the name in the address bar. Reach it at ${origins.join(' or ')}.`;
  res.writeHead(421, { 'Content-Type': 'text/html; charset=utf-8' }).end(messagePage('Not at this address', words));
}
