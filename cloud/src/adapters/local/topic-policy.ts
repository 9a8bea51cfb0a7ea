import type { Role } from '@rollcall/contract/access';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ackTopic, liveTopic, type RuleName, ruleTopic } from '@rollcall/contract/topics';
import type { Rule } from '../../manifest.ts';
import { provisioningTopics } from './provisioning-topics.ts';

/** What one client may do; what is not named is denied. */
export interface TopicPolicy {
  mayPublish(topic: string): boolean;
  /** Of a filter, wildcards included. */
  maySubscribe(filter: string): boolean;
  /** Of the topic of a message on its way to the client. */
  mayReceive(topic: string): boolean;
}

/** A device publishes on its own rules and hears its own acks. */
export interface DevicePolicy extends TopicPolicy {
  ruleOf(topic: string): RuleName | undefined;
}

export function devicePolicy(
  prefix: string,
  rules: readonly Pick<Rule, 'name'>[],
  org: OrganizationId,
  device: DeviceId,
): DevicePolicy {
  const publishes = new Map(rules.map(({ name }) => [ruleTopic(prefix, name, org, device), name]));
  const acks = ackTopic(prefix, org, device);
  return {
    mayPublish: (topic) => publishes.has(topic),
    maySubscribe: (filter) => filter === acks,
    mayReceive: (topic) => topic === acks,
    ruleOf: (topic) => publishes.get(topic),
  };
}

/** A claim certificate asks for a certificate of the device's own, and nothing else. */
export function claimPolicy(template: string): TopicPolicy {
  const topics = provisioningTopics(template);
  const requests = new Set(Object.values(topics));
  const answers = new Set([...requests].flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]));
  return {
    mayPublish: (topic) => requests.has(topic),
    maySubscribe: (filter) => answers.has(filter),
    mayReceive: (topic) => answers.has(topic),
  };
}

const everyKind = ['sighting', 'attendance', 'device'] as const;
const liveKinds: Readonly<Record<Role, readonly string[]>> = {
  owner: everyKind,
  admin: everyKind,
  viewer: everyKind,
  // Devices and doors are all that ops see; a kiosk gets its answers from the API.
  operator: ['device'],
  kiosk: [],
};

/** A browser hears what its role may see of its own organization, and publishes nothing. */
export function livePolicy(prefix: string, org: OrganizationId, role: Role): TopicPolicy {
  const topics = new Set(liveKinds[role].map((kind) => liveTopic(prefix, org, kind)));
  const wildcards = new Set([liveTopic(prefix, org, '#'), liveTopic(prefix, org, '+')]);
  return {
    mayPublish: () => false,
    // A wildcard is fine for anybody who hears something: `mayReceive` sorts out the rest.
    maySubscribe: (filter) => topics.has(filter) || (topics.size > 0 && wildcards.has(filter)),
    mayReceive: (topic) => topics.has(topic),
  };
}
