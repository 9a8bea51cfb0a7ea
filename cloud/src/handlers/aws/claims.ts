import { IoTClient } from '@aws-sdk/client-iot';
import { parse } from '@rollcall/kit/parse';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { IotClaims } from '../../adapters/aws/iot-claims.ts';
import { ClaimsRequest } from '../../adapters/aws/lambda-claims.ts';
import type { IssuedClaim } from '../../ports/claim-issuer.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';

const config = fromEnvironment(CloudConfig.pick({ prefix: true, logLevel: true }));
const basis = functionBasis('claims', config);
const claims = new IotClaims(new IoTClient(awsClientSettings({ requestTimeoutMs: 5_000 })), `${config.prefix}-claim`);

/**
 * Makes claim certificates and takes them back, for the API, which is not to have what it takes: IAM cannot say which policy may be
 * attached to a certificate, so whoever may attach one may make a certificate that may anything.
 */
export const handler = lambdaHandler(basis, async (event): Promise<IssuedClaim | undefined> => {
  const request = parse(ClaimsRequest, event, 'the request');
  if (request.action === 'issue') {
    const claim = await claims.issue();
    basis.log.info('claim-issued', { claim: claim.fingerprint });
    return claim;
  }
  await claims.withdraw(request.claim);
  basis.log.info('claim-withdrawn', { claim: request.claim });
  return undefined;
});
