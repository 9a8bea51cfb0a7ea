import { z } from 'zod';

/** Every stable `code` of the API, with its HTTP status. */
export const problemCodes = {
  'invalid-input': 422,
  'not-an-image': 422,
  'no-face': 422,
  'several-faces': 422,
  'face-too-small': 422,
  'too-blurred': 422,
  unauthenticated: 401,
  denied: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'external-id-taken': 409,
  'consent-missing': 409,
  'looks-like-someone-else': 409,
  'already-resolved': 409,
  'device-not-active': 409,
  'job-running': 409,
  'job-over': 409,
  'idempotency-key-reused': 422,
  'too-large': 413,
  'unsupported-media-type': 415,
  'not-acceptable': 406,
  'too-many-requests': 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof problemCodes;

/** `application/problem+json`, RFC 9457. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  /** For bad fields: a path such as `day.start` and what was expected. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** With `looks-like-someone-else`. */
  personId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
