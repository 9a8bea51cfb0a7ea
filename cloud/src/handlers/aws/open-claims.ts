import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { LambdaClaims } from '../../adapters/aws/lambda-claims.ts';
import { functionName } from '../../manifest.ts';
import type { ClaimTarget } from '../../ports/claim-issuer.ts';

/** Claims of the function that makes them. @param target its template is the deployment’s prefix */
export function openClaims(target: ClaimTarget): LambdaClaims {
  // One try: a claim that was made twice has an owner once.
  const lambda = new LambdaClient(awsClientSettings({ requestTimeoutMs: 22_000, maxAttempts: 1 }));
  return new LambdaClaims({ lambda, functionName: functionName(target.mqtt.prefix, 'claims'), target });
}
