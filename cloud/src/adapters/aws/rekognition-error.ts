import { AppError, Conflict, InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { awsError } from './aws-error.ts';

/** These say something about the request, which only the caller can read. */
const callersOwn: ReadonlySet<string> = new Set([
  'ConflictException',
  'InvalidParameterException',
  'ResourceAlreadyExistsException',
  'ResourceNotFoundException',
]);

/**
 * What an error of Rekognition means to us. The SDK has tried several times before one arrives here.
 * @param operation as in `SearchUsersByImage`.
 */
export function rekognitionError(error: unknown, operation: string): unknown {
  if (error instanceof AppError || !(error instanceof Error) || callersOwn.has(error.name)) return error;
  const cause = { cause: error };
  switch (error.name) {
    case 'InvalidImageFormatException':
    case 'ImageTooLargeException':
      return new InvalidInput(`picture: expected one that Rekognition can read (${error.message})`, {
        ...cause,
        code: 'not-an-image',
      });
    case 'ServiceQuotaExceededException':
      return new Conflict(`Rekognition ${operation}: a quota of the account is used up, ask AWS for more`, {
        ...cause,
        code: 'quota-exceeded',
      });
    case 'AbortError':
      return new Unavailable(`Rekognition ${operation}: no answer in time`, cause);
    default:
      return awsError(error, `Rekognition ${operation}`);
  }
}

/** Whether `error` is the service's exception of this name. */
export function isException(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** An operation that needs a face and finds none answers thus, or with no face at all: the API reference has both. */
export function saysNoFace(error: unknown): boolean {
  return isException(error, 'InvalidParameterException') && error instanceof Error && /no faces/i.test(error.message);
}
