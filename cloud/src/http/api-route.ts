import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { Role } from '@rollcall/contract/access';
import { Problem, type ProblemCode, problemCodes } from '@rollcall/contract/problem';
import { Denied, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import { fieldErrors } from '@rollcall/kit/parse';
import type { MiddlewareHandler } from 'hono';
import { type ZodError, type ZodType, z } from 'zod';
import type { ApiEnv } from './api-env.ts';
import { maxJsonBytes, readBody } from './body.ts';
import { idempotent } from './idempotency.ts';
import { mayAct } from './roles.ts';

export interface ApiRouteOptions {
  /** The least roles that may; those above are included. `[]`: no sign-in, and only outside `/v1`. */
  readonly allow: readonly Role[];
  /** Refusals of its own; the common ones are added. */
  readonly refusals?: readonly ProblemCode[];
  /** Bytes of the body. @default 1 MB */
  readonly maxBytes?: number;
  /** The answer shows a secret once, so it is never stored for `Idempotency-Key`. */
  readonly secretAnswer?: boolean;
}

type ApiRouteConfig = Omit<RouteConfig, 'middleware'> & { summary: string; tags: string[] } & ApiRouteOptions;

/**
 * A route with what all routes share: its role is asked for first, then media type and size of the body, then
 * `Idempotency-Key`, then the schemas; and the description says all that. Use with `newRoutes().openapi(route, handler)`.
 */
export function apiRoute<const R extends ApiRouteConfig>(config: R): R {
  const { allow, refusals = [], maxBytes = maxJsonBytes, secretAnswer = false, ...route } = config;
  const mediaTypes = Object.keys(config.request?.body?.content ?? {});
  const takesBody = mediaTypes.length > 0;
  const middleware: MiddlewareHandler<ApiEnv>[] = [];
  if (allow.length > 0) middleware.push(guard(allow));
  if (takesBody || config.method === 'post') middleware.push(readBody(mediaTypes, maxBytes));
  const isIdempotent = config.method === 'post' && allow.length > 0;
  if (isIdempotent) middleware.push(idempotent(secretAnswer));
  const codes = new Set<ProblemCode>(refusals);
  if (allow.length > 0) for (const code of ['unauthenticated', 'denied', 'too-many-requests'] as const) codes.add(code);
  if (config.request) codes.add('invalid-input');
  if (config.request?.params) codes.add('not-found');
  if (takesBody) for (const code of ['unsupported-media-type', 'too-large'] as const) codes.add(code);
  if (isIdempotent) codes.add('idempotency-key-reused').add('conflict');
  codes.add('internal').add('unavailable');
  const whole = {
    ...route,
    middleware,
    security: allow.length > 0 ? [{ bearer: [] }, { apiKey: [] }] : [],
    'x-roles': allow,
    ...(isIdempotent ? { parameters: [idempotencyKeyParameter] } : {}),
    responses: { ...problemResponses(codes), ...config.responses },
  };
  // The refusals are thrown, never returned, so a handler's type knows of its own answers only.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is that of `config`, with more in it
  return createRoute(whole as unknown as RouteConfig) as unknown as R;
}

/** The least roles that a route declares; none for what was not made by `apiRoute`. */
export function rolesOf(route: object): readonly Role[] {
  return z.object({ 'x-roles': z.array(Role) }).safeParse(route).data?.['x-roles'] ?? [];
}

/** The routes of one resource. A body or query that does not fit is InvalidInput; a malformed id in the path is NotFound. */
export function newRoutes(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({ defaultHook: refuseWhatDoesNotFit });
}

/** A JSON body that must be there. */
export function jsonBody<S extends ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** A JSON answer. */
export function jsonAnswer<S extends ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

function refuseWhatDoesNotFit(result: { target: string; success: boolean; error?: ZodError }): void {
  if (result.success || !result.error) return;
  const errors = fieldErrors(result.error);
  const list = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join('; ');
  if (result.target === 'param') throw new NotFound(`no such thing: ${list}`);
  throw new InvalidInput(`the ${result.target === 'json' ? 'body' : result.target} does not fit: ${list}`, { errors });
}

const idempotencyKeyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same request gets the same answer for 24 hours',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function guard(allow: readonly Role[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { role } = c.get('principal');
    if (!mayAct(role, allow)) throw new Denied(`expected the role ${allow.join(' or ')} or above, got ${role}`);
    await next();
  };
}

function problemResponses(codes: ReadonlySet<ProblemCode>): RouteConfig['responses'] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(problemCodes[code], [...(byStatus.get(problemCodes[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
}
