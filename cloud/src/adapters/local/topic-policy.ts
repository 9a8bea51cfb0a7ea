import type { Role } from '@rollcall/contract/access';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { rotationTemplate } from '@rollcall/contract/provisioning';
import {
  ackTopic,
  configShadowTopic,
  shadowRequests,
  type ShadowRequest,
  jobTopic,
  liveTopic,
  type RuleName,
  ruleTopic,
} from '@rollcall/contract/topics';
import { liveKinds } from '../../domain/live-access.ts';
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

/**
 * A device publishes on its own rules, hears its own acks, asks for its own jobs and its own configuration, and for a certificate to go on
 * with.
 */
export interface DevicePolicy extends TopicPolicy {
  ruleOf(topic: string): RuleName | undefined;
  /** What it asks of its own `config` shadow. */
  shadowRequestOf(topic: string): ShadowRequest | undefined;
  /** Whether it asks for its next certificate there. */
  isRotation(topic: string): boolean;
}

/** @param template of fleet provisioning, by which devices register first. */
export function devicePolicy(
  prefix: string,
  rules: readonly Pick<Rule, 'name'>[],
  org: OrganizationId,
  device: DeviceId,
  template: string,
): DevicePolicy {
  const rotation = provisioningPolicy(rotationTemplate(template));
  const publishes = new Map(rules.map(({ name }) => [ruleTopic(prefix, name, org, device), name]));
  const acks = ackTopic(prefix, org, device);
  const isOfJobs = (topic: string) => topic.startsWith(jobTopic(device, ''));
  const shadow = configShadowTopic(device);
  const isOfShadow = (topic: string) => topic.startsWith(`${shadow}/`);
  const shadowRequestOf = (topic: string) => shadowRequests.find((request) => topic === `${shadow}/${request}`);
  return {
    mayPublish: (topic) =>
      publishes.has(topic) || isOfJobs(topic) || shadowRequestOf(topic) !== undefined || rotation.mayPublish(topic),
    maySubscribe: (filter) =>
      filter === acks || isOfJobs(filter) || isOfShadow(filter) || rotation.maySubscribe(filter),
    mayReceive: (topic) => topic === acks || isOfJobs(topic) || isOfShadow(topic) || rotation.mayReceive(topic),
    ruleOf: (topic) => publishes.get(topic),
    shadowRequestOf,
    isRotation: (topic) => rotation.mayPublish(topic),
  };
}

/** A claim certificate asks for a certificate of the device's own, and nothing else. */
export function claimPolicy(template: string): TopicPolicy {
  return provisioningPolicy(template);
}

function provisioningPolicy(template: string): TopicPolicy {
  const topics = provisioningTopics(template);
  const requests = new Set(Object.values(topics));
  const answers = new Set([...requests].flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]));
  return {
    mayPublish: (topic) => requests.has(topic),
    maySubscribe: (filter) => answers.has(filter),
    mayReceive: (topic) => answers.has(topic),
  };
}

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
