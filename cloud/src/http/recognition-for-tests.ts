import { Problem } from '@rollcall/contract/problem';
import type { ZodType, z } from 'zod';
import { testSite } from '../domain/recognition.test.support.ts';
import { testApi, testDeps } from './api-for-tests.ts';
import { attendanceRoutes } from './attendance.ts';
import { auditRoutes } from './audit.ts';
import { createAudit } from './audit-log.ts';
import { captureRoutes } from './captures.ts';
import { sightingRoutes } from './sightings.ts';

/** The resources of recognition over a site of tests. `learned` is what was to be enrolled; set `refusal` to refuse it. */
export function testRecognitionApi() {
  const site = testSite();
  const learned: { personId: string; picture: Uint8Array }[] = [];
  const refusal: { error?: Error } = {};
  const base = testDeps();
  const deps = {
    ...base,
    ...site.ports,
    clock: site.clock,
    groups: site.groups,
    newId: site.newId,
    audit: createAudit({ store: base.auditStore, clock: site.clock, newId: site.newId }),
    normalizePicture: (picture: Uint8Array) => Promise.resolve(picture),
    cropFace: (picture: Uint8Array) => Promise.resolve(picture.subarray(0, 3)),
    learn: (_org: string, personId: string, picture: Uint8Array) => {
      if (refusal.error) return Promise.reject(refusal.error);
      learned.push({ personId, picture });
      return Promise.resolve();
    },
  };
  const api = testApi(deps, captureRoutes(deps), sightingRoutes(deps), attendanceRoutes(deps), auditRoutes(deps));
  return { site, api, learned, refusal };
}

/** The body of an answer, which must fit its schema. */
export async function bodyOf<S extends ZodType>(answer: Response | Promise<Response>, schema: S): Promise<z.infer<S>> {
  return schema.parse(await (await answer).json());
}

/** The body of a refusal. */
export function problemIn(answer: Response | Promise<Response>): Promise<Problem> {
  return bodyOf(answer, Problem);
}
