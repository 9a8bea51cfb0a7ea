import { Denied } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Identity, Principal } from '../ports/identity.ts';
import type { ApiKeyStore } from '../store/api-key-store.ts';
import type { ApiEnv } from './api-env.ts';
import { hashApiKey, looksLikeApiKey } from './api-key-secret.ts';
import { FailureLimit } from './failure-limit.ts';

export interface AuthDeps {
  readonly identity: Identity;
  readonly apiKeys: ApiKeyStore;
  readonly clock: Clock;
  /** Of the caller, for the limit on failures. @default the socket's peer */
  readonly clientAddress?: (c: Context) => string;
}

/** What @hono/node-server puts on the context. */
const NodeEnv = z.object({ incoming: z.object({ socket: z.object({ remoteAddress: z.string().optional() }) }) });

/** ms between two notes that a key was used. */
const noteUseEveryMs = 60_000;

/** Puts the caller on the context: `X-Api-Key`, or `Authorization: Bearer` with an access token. @throws Denied otherwise. */
export function authenticate(deps: AuthDeps): MiddlewareHandler<ApiEnv> {
  const limit = new FailureLimit(deps.clock);
  const addressOf = deps.clientAddress ?? peerAddress;
  return async (c, next) => {
    try {
      c.set('principal', await principalOf(deps, c));
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      if (!limit.fail(addressOf(c))) throw error;
      c.header('Retry-After', '60');
      throw new Denied('too many failed sign-ins from this address: wait a minute', { code: 'too-many-requests' });
    }
    await next();
  };
}

async function principalOf(deps: AuthDeps, c: Context): Promise<Principal> {
  const apiKey = c.req.header('x-api-key');
  if (apiKey !== undefined) return byApiKey(deps, apiKey);
  const authorization = c.req.header('authorization');
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token) return deps.identity.verify(token);
  throw new Denied('expected Authorization: Bearer <access token>, or X-Api-Key', { code: 'unauthenticated' });
}

async function byApiKey(deps: AuthDeps, secret: string): Promise<Principal> {
  const found = looksLikeApiKey(secret) ? await deps.apiKeys.findByHash(hashApiKey(secret)) : undefined;
  if (!found) throw new Denied('this API key is not valid', { code: 'unauthenticated' });
  const { organizationId, apiKey } = found;
  const now = deps.clock.now();
  if (!apiKey.lastUsedAt || now - Date.parse(apiKey.lastUsedAt) >= noteUseEveryMs) {
    await deps.apiKeys.noteUse(organizationId, apiKey.id, instantOf(now));
  }
  return { subject: apiKey.id, name: apiKey.name, organizationId, role: apiKey.role, doorId: apiKey.doorId };
}

/** As @hono/node-server has it; elsewhere all callers share one bucket unless `clientAddress` is given. */
function peerAddress(c: Context): string {
  const env = NodeEnv.safeParse(c.env);
  return env.data?.incoming.socket.remoteAddress ?? 'unknown';
}
