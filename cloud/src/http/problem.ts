import { type Problem, type ProblemCode, problemCodes } from '@rollcall/contract/problem';
import {
  AppError,
  Conflict,
  Denied,
  InvalidInput,
  Misconfigured,
  NotFound,
  Unavailable,
} from '@rollcall/kit/app-error';
import { HTTPException } from 'hono/http-exception';

const titles: Record<ProblemCode, string> = {
  'invalid-input': 'The request does not fit',
  'not-an-image': 'This is not a picture that can be read',
  'no-face': 'No face was found',
  'several-faces': 'There are several faces',
  'face-too-small': 'The face is too small',
  'too-blurred': 'The face is too blurred',
  unauthenticated: 'Sign in first',
  denied: 'Not allowed',
  'not-found': 'Not found',
  'method-not-allowed': 'This method is not offered here',
  conflict: 'It contradicts what is stored',
  'external-id-taken': 'This number is taken',
  'consent-missing': 'Consent is missing',
  'looks-like-someone-else': 'This looks like someone else',
  'already-resolved': 'It is resolved already',
  'device-not-active': 'The device has not registered',
  'job-running': 'The device is at it',
  'job-over': 'The job is over',
  'idempotency-key-reused': 'This Idempotency-Key was used for another request',
  'too-large': 'Too large',
  'unsupported-media-type': 'This media type is not accepted here',
  'not-acceptable': 'None of the accepted media types is offered',
  'too-many-requests': 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'Not available right now',
};

/** What `error` is to the caller. What is no error of ours, and its message, stays inside: 500 says the request id alone. */
export function problemOf(error: unknown, requestId: string): Problem {
  const instance = `urn:rollcall:request:${requestId}`;
  if (error instanceof HTTPException) return { ...problem(codeOfStatus(error.status), error.message), instance };
  // A misconfiguration met while serving is ours to mend, not the caller's to read.
  if (!(error instanceof AppError) || error instanceof Misconfigured) return { ...problem('internal'), instance };
  // Of a write that somebody was quicker with: its message speaks of keys of the table, which are nobody's business outside.
  const isStale = error instanceof Conflict && error.code === 'condition-failed';
  const words = isStale ? 'somebody else changed it just now: read it again' : error.message;
  const known = problem(isProblemCode(error.code) ? error.code : codeOfKind(error), words);
  return {
    ...known,
    instance,
    ...(error instanceof InvalidInput && error.errors.length > 0 ? { errors: [...error.errors] } : {}),
    ...(error instanceof Conflict && error.details['personId'] ? { personId: error.details['personId'] } : {}),
  };
}

function problem(code: ProblemCode, detail?: string): Problem {
  return {
    type: `urn:rollcall:problem:${code}`,
    title: titles[code],
    status: problemCodes[code],
    code,
    ...(detail ? { detail } : {}),
  };
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCodes, code);
}

/** For codes that are internal, such as the table's `condition-failed`. */
function codeOfKind(error: AppError): ProblemCode {
  if (error instanceof InvalidInput) return 'invalid-input';
  if (error instanceof NotFound) return 'not-found';
  if (error instanceof Conflict) return 'conflict';
  if (error instanceof Denied) return 'denied';
  if (error instanceof Unavailable) return 'unavailable';
  return 'internal';
}

/** What Hono itself throws: a body that is no JSON, a media type that the route has not declared. */
function codeOfStatus(status: number): ProblemCode {
  if (status === 415) return 'unsupported-media-type';
  return status < 500 ? 'invalid-input' : 'internal';
}
