import { InvalidInput } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { awsError } from './aws-error.ts';

function sdkError(name: string, httpStatusCode?: number, more: object = {}): Error {
  const $metadata = httpStatusCode === undefined ? {} : { httpStatusCode };
  return Object.assign(new Error('as AWS says it'), { name, $metadata, ...more });
}

describe('an error of an AWS SDK client', () => {
  it.each([
    sdkError('ThrottlingException', 400),
    sdkError('ProvisionedThroughputExceededException', 400),
    sdkError('RequestLimitExceeded', 400),
    sdkError('SlowDown', 503),
    sdkError('TooManyRequestsException', 429),
    sdkError('InternalServerError', 500),
    sdkError('InternalFailureException', 500),
    sdkError('Unknown', 502),
    sdkError('TimeoutError'),
    sdkError('ExpiredTokenException', 400),
    sdkError('Error', undefined, { code: 'ECONNREFUSED' }),
    sdkError('Error', undefined, { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }),
  ])('that will pass is Unavailable: $name $code', (error) => {
    expect(awsError(error, 'S3 bucket x')).toMatchObject({ retryable: true, cause: error });
  });

  it.each([
    sdkError('AccessDenied', 403),
    sdkError('AccessDeniedException', 400),
    sdkError('UnrecognizedClientException', 400),
    sdkError('CredentialsProviderError'),
    sdkError('ResourceNotFoundException', 400),
    sdkError('NoSuchBucket', 404),
    sdkError('KMS.DisabledException', 400),
  ])('that only who deployed it can mend is Misconfigured: $name', (error) => {
    const translated = awsError(error, 'S3 bucket x');
    expect(translated).toMatchObject({ name: 'Misconfigured', cause: error });
    expect(String(translated)).toContain('S3 bucket x');
  });

  it('that is a bug, or was translated already, stays what it is', () => {
    for (const error of [sdkError('ValidationException', 400), new InvalidInput('x'), new TypeError('x'), 'x']) {
      expect(awsError(error, 'S3 bucket x')).toBe(error);
    }
  });
});
