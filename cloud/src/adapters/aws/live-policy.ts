import { liveTopic } from '@rollcall/contract/topics';
import { liveKinds } from '../../domain/live-access.ts';
import type { Principal } from '../../ports/identity.ts';

export interface LivePolicyOptions {
  /** `arn:aws:iot:{region}:{account}` */
  readonly iotArn: string;
  readonly prefix: string;
  /** Of the connection; no pattern. */
  readonly clientId: string;
}

/**
 * What the site's broker lets a browser do, as a policy of AWS IoT: connect as itself, hear the live topics of its own organization that its
 * role may hear, and publish nothing. Undefined for a role that hears none. At most 2,048 characters, which AWS IoT takes.
 */
export function livePolicyDocument(
  { iotArn, prefix, clientId }: LivePolicyOptions,
  { organizationId, role }: Pick<Principal, 'organizationId' | 'role'>,
) {
  const kinds = liveKinds[role];
  if (kinds.length === 0) return undefined;
  // A filter is compared letter by letter: to hear all kinds is to subscribe to `#`.
  const filters = kinds.length > 1 ? [...kinds, '#', '+'] : kinds;
  const topics = (type: string, names: readonly string[]) =>
    names.map((name) => `${iotArn}:${type}/${liveTopic(prefix, organizationId, name)}`);
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: [`${iotArn}:client/${clientId}`] },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: topics('topicfilter', filters) },
      { Effect: 'Allow', Action: 'iot:Receive', Resource: topics('topic', kinds) },
    ],
  } as const;
}
