import { Denied, InvalidInput, Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { type CloudFunction, functionName } from '../manifest.ts';

/** What Lambda answers for a function that threw. */
const Failure = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('') });

/**
 * Invokes a function of the cloud edition with the AWS credentials of whoever runs the command, and waits for what it returns.
 * @param prefix of the deployment. @throws InvalidInput with what the function refused; Denied, Misconfigured, Unavailable for what is
 * between here and there.
 */
export async function invokeFunction(prefix: string, name: CloudFunction['name'], event: object): Promise<unknown> {
  // Loaded when it is needed: no other command has to do with AWS.
  const [{ InvokeCommand, LambdaClient }, { awsError }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('../adapters/aws/aws-error.ts'),
  ]);
  const FunctionName = functionName(prefix, name);
  const client = new LambdaClient({ requestHandler: { requestTimeout: 310_000 } });
  try {
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
    const returned: unknown = JSON.parse(new TextDecoder().decode(answer.Payload ?? Uint8Array.of(0x7b, 0x7d)));
    if (answer.FunctionError === undefined) return returned;
    throw refusal(FunctionName, Failure.parse(returned));
  } catch (error) {
    if (error instanceof Error && /Region is missing|Could not load credentials/.test(error.message))
      throw noAccount(error);
    throw awsError(error, `the function ${FunctionName}`);
  } finally {
    client.destroy();
  }
}

function refusal(name: string, { errorType, errorMessage }: z.infer<typeof Failure>): Error {
  if (['InvalidInput', 'Conflict', 'NotFound'].includes(errorType)) return new InvalidInput(errorMessage);
  if (errorType === 'Denied') return new Denied(errorMessage);
  return new Unavailable(`${name} failed (${errorType}: ${errorMessage}): its log says more`);
}

function noAccount(cause: Error): Misconfigured {
  return new Misconfigured('set AWS_REGION, and AWS credentials (AWS_PROFILE, …) that may invoke functions there', {
    cause,
  });
}
