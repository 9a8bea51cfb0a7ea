import { createHash } from 'node:crypto';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import type { Context, MiddlewareHandler } from 'hono';
import type { StoredAnswer } from '../store/idempotency-store.ts';
import type { ApiEnv } from './api-env.ts';

/**
 * `Idempotency-Key` on POST (draft-ietf-httpapi-idempotency-key-header): the same key with the same body gets the stored answer
 * for 24 hours. Only success is stored; a refusal changed nothing, so the same key may try again.
 * @param secret the answer shows a secret once: it is never stored, and a repetition is a conflict.
 */
export function idempotent(secret: boolean): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined) return next();
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new InvalidInput('expected an Idempotency-Key of 1 to 255 visible ASCII characters');
    }
    const store = c.get('idempotency');
    const { organizationId, subject } = c.get('principal');
    const scope = `${organizationId}#${subject}`;
    const bodyHash = await hashOf(c);
    const claim = await store.claim(scope, key, bodyHash);
    switch (claim.state) {
      case 'done':
        return again(claim.answer);
      case 'reused':
        throw new InvalidInput('expected a new Idempotency-Key: this one was used for another request', {
          code: 'idempotency-key-reused',
        });
      case 'running':
        throw new Conflict('a request with this Idempotency-Key is still at work: ask again in a moment');
      case 'new':
        break;
    }
    await next();
    if (c.error || c.res.status >= 300) return store.release(scope, key);
    const body = secret ? null : await c.res.clone().text();
    const contentType = c.res.headers.get('content-type') ?? 'application/json';
    return store.finish(scope, key, bodyHash, { status: c.res.status, contentType, body });
  };
}

/** Method, path, query and body: another of them is another request. */
async function hashOf(c: Context<ApiEnv>): Promise<string> {
  const url = new URL(c.req.url);
  const hash = createHash('sha256').update(`${c.req.method} ${url.pathname}${url.search}\n`);
  return hash.update(new Uint8Array(await c.req.arrayBuffer())).digest('base64url');
}

function again(answer: StoredAnswer): Response {
  if (answer.body === null) {
    throw new Conflict('this was done already with the same Idempotency-Key; its answer is shown only once');
  }
  const headers = { 'content-type': answer.contentType, 'idempotent-replayed': 'true' };
  return new Response(answer.body, { status: answer.status, headers });
}
