import type { OpenAPIHono } from '@hono/zod-openapi';
import { AppError, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import type { IdempotencyStore } from '../store/idempotency-store.ts';
import type { ApiEnv } from './api-env.ts';
import { newRoutes, rolesOf } from './api-route.ts';
import { type AuthDeps, authenticate } from './auth.ts';
import { serveDescription } from './openapi.ts';
import { problemOf } from './problem.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';

export interface ApiDeps extends AuthDeps {
  readonly idempotency: IdempotencyStore;
  readonly log: Log;
  readonly clock: Clock;
  /** Where browsers reach this server, `http://127.0.0.1:8080`. */
  readonly publicUrl: string;
  /** Where the files of the page at `/docs` are. @default where they were installed */
  readonly docsFolder?: () => string;
}

/**
 * What every resource of the API stands on: request id, log, security headers, sign-in for all of `/v1`, errors as problems.
 * @throws Error when a route under `/v1` does not say who may: then the server does not start.
 */
export function createApi(deps: ApiDeps, resources: readonly OpenAPIHono<ApiEnv>[]): OpenAPIHono<ApiEnv> {
  const api = newRoutes();
  api.use(requestId({ headerName: 'X-Request-Id' }));
  api.use(requestLog(deps.log));
  api.use(securityHeaders(deps.publicUrl));
  api.use(
    methodNotAllowed({
      app: api,
      onMethodNotAllowed: (c, methods) => {
        const refusal = new InvalidInput(`expected ${methods.join(' or ')}, got ${c.req.method}`, {
          code: 'method-not-allowed',
        });
        const response = answerProblem(refusal, c.get('requestId'));
        response.headers.set('Allow', methods.join(', '));
        return response;
      },
    }),
  );
  api.use('/v1/*', authenticate(deps));
  api.use('/v1/*', async (c, next) => {
    c.set('idempotency', deps.idempotency);
    c.header('Cache-Control', 'no-store');
    await next();
  });
  for (const routes of resources) api.route('/', routes);
  api.notFound((c) => answerProblem(new NotFound(`nothing is at ${c.req.path}`), c.get('requestId')));
  api.onError((error, c) => {
    const response = answerProblem(error, c.get('requestId'));
    const retryAfter = c.res.headers.get('Retry-After');
    if (retryAfter) response.headers.set('Retry-After', retryAfter);
    else if (error instanceof AppError && error.retryable) response.headers.set('Retry-After', '5');
    if (response.status === 401) response.headers.set('WWW-Authenticate', 'Bearer realm="rollcall"');
    return response;
  });
  serveDescription(api, deps.docsFolder);
  checkEveryRouteSaysWhoMay(api);
  return api;
}

/** Deny by default: a route under `/v1` that was not made with `apiRoute`, or allows nobody by name, stops the start. */
function checkEveryRouteSaysWhoMay(api: OpenAPIHono<ApiEnv>): void {
  const declared = new Set<string>();
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const path = definition.route.path.replaceAll(/\{(.+?)\}/g, ':$1');
    if (rolesOf(definition.route).length > 0) declared.add(`${definition.route.method.toUpperCase()} ${path}`);
  }
  for (const route of api.routes) {
    if (!route.path.startsWith('/v1') || route.method === 'ALL') continue;
    if (!declared.has(`${route.method} ${route.path}`)) {
      throw new Error(`${route.method} ${route.path}: declare it by apiRoute with the roles that may`);
    }
  }
}

function answerProblem(error: unknown, id: string): Response {
  const problem = problemOf(error, id);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
