import { InvalidInput } from '@rollcall/kit/app-error';
import { awsError } from './aws-error.ts';

/**
 * What an error of DynamoDB means to us. It refuses by one name, `ValidationException`, what a caller can mend and what is a bug;
 * only the message tells them apart. A failed condition comes back unchanged.
 */
export function dynamoError(error: unknown, table: string): unknown {
  if (error instanceof Error && error.name === 'ValidationException') {
    const cause = { cause: error };
    if (/item size/i.test(error.message)) {
      return new InvalidInput(`expected an item that DynamoDB can keep: ${error.message}`, {
        ...cause,
        code: 'too-large',
      });
    }
    if (/operand.*incorrect data type/i.test(error.message)) {
      return new InvalidInput(`expected a number to add to: ${error.message}`, cause);
    }
    if (/starting key|exclusive *start *key/i.test(error.message)) {
      return new InvalidInput('cursor: expected one that an earlier page of the same list gave', {
        ...cause,
        errors: [{ path: 'cursor', message: 'expected one that an earlier page of the same list gave' }],
      });
    }
  }
  return awsError(error, `DynamoDB table ${table}`);
}
