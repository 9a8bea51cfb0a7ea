import { Denied } from '@rollcall/kit/app-error';
import { systemClock as clock } from '@rollcall/kit/clock';
import { z } from 'zod';
import { CognitoIdentity } from '../../adapters/aws/cognito-identity.ts';
import { livePolicyDocument } from '../../adapters/aws/live-policy.ts';
import { tokenExpiry } from '../../adapters/token-expiry.ts';
import { liveClientIdPrefix } from '../../domain/live-access.ts';
import { fromEnvironment, LiveConfig } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { shortestSessionSeconds } from './live-address.ts';

/** Of a connection by MQTT. Source: "Defining your Lambda function", AWS IoT developer guide. */
const ConnectEvent = z.object({
  protocolData: z.object({
    mqtt: z.object({
      clientId: z.string().max(128),
      password: z.base64().transform((text) => Buffer.from(text, 'base64').toString('utf8')),
    }),
  }),
});

/** What subjects of Cognito are made of. Nothing in it means anything in a policy. */
const Subject = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
/** AWS IoT grants a day at most. */
const longestSessionSeconds = 86_400;

const config = fromEnvironment(LiveConfig);
const basis = functionBasis('live-authorizer', config);
const { issuer, clientIds, prefix, iotArn } = config;
const identity = new CognitoIdentity({ issuer, clientIds, clock });

/** AWS IoT reads no more of an answer that is not authenticated, but wants it whole. */
const refused = {
  isAuthenticated: false,
  principalId: 'nobody',
  policyDocuments: [],
  disconnectAfterInSeconds: shortestSessionSeconds,
  refreshAfterInSeconds: shortestSessionSeconds,
};

/**
 * The custom authorizer of AWS IoT for browsers: an access token as password, and a client id that begins with whose it is. The connection
 * ends with the token; one that ends before AWS IoT would is refused, and has to be renewed first.
 * @throws Unavailable when the pool's keys cannot be read: AWS IoT refuses then, and the browser comes again.
 */
export const handler = lambdaHandler(basis, async (event) => {
  const { data } = ConnectEvent.safeParse(event);
  if (!data) return refuse('no client id, or no password');
  const { clientId, password } = data.protocolData.mqtt;
  try {
    const principal = await identity.verify(password);
    const { data: subject } = Subject.safeParse(principal.subject);
    if (subject === undefined || !isClientOf(subject, clientId)) return refuse('the client id of somebody else');
    const document = livePolicyDocument({ iotArn, prefix, clientId }, principal);
    if (!document) return refuse(`no live feed for the role ${principal.role}`);
    const seconds = Math.min(longestSessionSeconds, Math.floor((tokenExpiry(password) - clock.now()) / 1_000));
    if (seconds < shortestSessionSeconds) return refuse('the token ends too soon');
    return {
      isAuthenticated: true,
      // Letters and digits alone.
      principalId: subject.replaceAll('-', ''),
      policyDocuments: [document],
      disconnectAfterInSeconds: seconds,
      refreshAfterInSeconds: seconds,
    };
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    return refuse(error.message);
  }
});

/** What follows has no dash, so that it is read in one way alone. */
function isClientOf(subject: string, clientId: string): boolean {
  const start = liveClientIdPrefix(subject);
  return clientId.startsWith(start) && /^[A-Za-z0-9]{1,63}$/.test(clientId.slice(start.length));
}

function refuse(reason: string) {
  basis.log.info('live-refused', { reason });
  return refused;
}
