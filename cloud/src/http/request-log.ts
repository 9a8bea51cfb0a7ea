import type { Log } from '@rollcall/kit/log';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ApiEnv } from './api-env.ts';

/** One line per request: the route's pattern and never its values, the query or a header, which may hold names and tokens. */
export function requestLog(log: Log): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const route = routePath(c, -1);
    const fields = {
      requestId: c.get('requestId'),
      method: c.req.method,
      route,
      status: c.res.status,
      ms: Math.round(performance.now() - startedAt),
    };
    if (c.res.status >= 500) log.error('request', { ...fields, ...(c.error ? { err: c.error } : {}) });
    // A dashboard reads all day; what changes something or is refused is worth a line.
    else if (c.req.method === 'GET' && c.res.status < 400) log.debug('request', fields);
    else log.info('request', fields);
  };
}
