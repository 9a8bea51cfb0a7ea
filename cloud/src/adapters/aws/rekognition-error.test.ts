import { describe, expect, it } from 'vitest';
import { rekognitionError, saysNoFace } from './rekognition-error.ts';

/** As the SDK throws it. */
function exception(name: string, message = '', more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: {}, ...more });
}

describe('rekognitionError', () => {
  it.each([
    ['ThrottlingException', 'unavailable'],
    ['ProvisionedThroughputExceededException', 'unavailable'],
    ['InternalServerError', 'unavailable'],
    ['TimeoutError', 'unavailable'],
    ['AbortError', 'unavailable'],
    ['InvalidImageFormatException', 'not-an-image'],
    ['ImageTooLargeException', 'not-an-image'],
    ['AccessDeniedException', 'misconfigured'],
    ['UnrecognizedClientException', 'misconfigured'],
    ['ServiceQuotaExceededException', 'quota-exceeded'],
  ])('%s is %s', (name, code) => {
    const error = exception(name);
    expect(rekognitionError(error, 'SearchUsersByImage')).toMatchObject({ code, cause: error });
  });

  it('leaves to the caller what says something about the request, and lets bugs be bugs', () => {
    for (const name of ['ResourceNotFoundException', 'ConflictException', 'InvalidParameterException', 'TypeError']) {
      const error = exception(name);
      expect(rekognitionError(error, 'IndexFaces')).toBe(error);
    }
  });

  it('takes a network that fails for a service that is away', () => {
    const error = exception('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' });
    expect(rekognitionError(error, 'DetectFaces')).toMatchObject({ code: 'unavailable' });
  });
});

describe('saysNoFace', () => {
  it('reads the message, because the name says nothing', () => {
    const said = 'There are no faces in the image. Should be at least 1.';
    expect(saysNoFace(exception('InvalidParameterException', said))).toBe(true);
    expect(saysNoFace(exception('InvalidParameterException', 'Request has invalid parameters'))).toBe(false);
    expect(saysNoFace(exception('ThrottlingException', said))).toBe(false);
  });
});
