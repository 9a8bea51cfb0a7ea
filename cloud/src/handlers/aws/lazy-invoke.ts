import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { awsError } from '../../adapters/aws/aws-error.ts';

/** Has a function run later, without waiting for it. */
export type InvokeLater = (functionName: string, event: object) => Promise<void>;

/** Invokes functions asynchronously. Few invocations do, so the client is loaded by the first. @throws Unavailable */
export function lazyInvoke(): InvokeLater {
  return async (FunctionName, event) => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const client = new LambdaClient(awsClientSettings({ requestTimeoutMs: 3_000 }));
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    try {
      await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    } catch (error) {
      throw awsError(error, `invoking ${FunctionName}`);
    } finally {
      client.destroy();
    }
  };
}
