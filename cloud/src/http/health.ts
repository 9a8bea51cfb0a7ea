import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Log } from '@rollcall/kit/log';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';

export interface HealthDeps {
  readonly log: Log;
  /** Parts that must answer before this process is of use: each resolves when its part does. */
  readonly parts: Readonly<Record<string, () => Promise<unknown>>>;
}

const Health = z.object({ status: z.literal('ok') });
const Readiness = z.object({
  status: z.enum(['ok', 'unavailable']),
  parts: z.record(z.string(), z.enum(['ok', 'unavailable'])),
});

/** ms that a part has to answer. */
const partTimeoutMs = 2000;

/** `/healthz`: the process is up. `/readyz`: its parts answer. Both for monitors, without sign-in, and they tell no more. */
export function healthRoutes(deps: HealthDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(healthz, (c) => c.json({ status: 'ok' } as const, 200))
    .openapi(readyz, async (c) => {
      const parts = await Promise.all(
        Object.entries(deps.parts).map(async ([name, answers]) => [name, await stateOf(deps, name, answers)] as const),
      );
      const ready = parts.every(([, state]) => state === 'ok');
      const body = { status: ready ? ('ok' as const) : ('unavailable' as const), parts: Object.fromEntries(parts) };
      return ready ? c.json(body, 200) : c.json(body, 503);
    });
}

async function stateOf(deps: HealthDeps, part: string, answers: () => Promise<unknown>): Promise<'ok' | 'unavailable'> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${partTimeoutMs} ms`)), partTimeoutMs);
  try {
    await Promise.race([answers(), tooLate]);
    return 'ok';
  } catch (err) {
    deps.log.warn('part-unavailable', { part, err });
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}

const healthz = apiRoute({
  method: 'get',
  path: '/healthz',
  tags: ['Health'],
  summary: 'Whether the process is up',
  allow: [],
  responses: { 200: jsonAnswer(Health, 'It is') },
});

const readyz = apiRoute({
  method: 'get',
  path: '/readyz',
  tags: ['Health'],
  summary: 'Whether its parts answer',
  allow: [],
  responses: { 200: jsonAnswer(Readiness, 'All do'), 503: jsonAnswer(Readiness, 'At least one does not') },
});
