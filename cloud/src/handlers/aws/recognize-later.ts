import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { awsError } from '../../adapters/aws/aws-error.ts';
import { functionName } from '../../manifest.ts';
import type { CloudConfig } from './config.ts';

/** Hands captures that must be searched to the function `recognize`. @param dueSince ms since the epoch: when what made it due came. */
export type RecognizeLater = (org: OrganizationId, captureId: CaptureId, dueSince: number) => Promise<void>;

/**
 * Asynchronously: Lambda keeps the event, and tries it again when it fails, without anything of what was done before it.
 * @throws Unavailable when it does not take it now: the capture stays pending.
 */
export function openRecognizeLater({ prefix }: Pick<CloudConfig, 'prefix'>): RecognizeLater {
  const client = new LambdaClient(awsClientSettings({ requestTimeoutMs: 3_000 }));
  const FunctionName = functionName(prefix, 'recognize');
  return async (org, captureId, dueSince) => {
    const Payload = new TextEncoder().encode(JSON.stringify({ org, captureId, dueSince }));
    try {
      await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    } catch (error) {
      throw awsError(error, 'handing a capture to recognition');
    }
  };
}
