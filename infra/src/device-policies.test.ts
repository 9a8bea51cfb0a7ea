import { claimPolicy, devicePolicy } from '@rollcall/cloud/adapters/local/topic-policy';
import { rules } from '@rollcall/cloud/manifest';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ackTopic, configShadowTopic, jobTopic, liveTopic, ruleTopic } from '@rollcall/contract/topics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { devicePolicyNames } from './device-policies.ts';
import { iotPolicyAllows } from './iot-policy-for-tests.ts';
import { synthesizeForTests } from './stacks-for-tests.ts';
import { templateText } from './template-text.ts';

const { deployment, of } = synthesizeForTests();
const { prefix } = deployment;
const documents = new Map(
  of('AWS::IoT::Policy').map(({ properties }) => [properties.PolicyName, properties.PolicyDocument]),
);
const deviceDocument = documents.get(devicePolicyNames(prefix).device);
const servicesDocument = documents.get(devicePolicyNames(prefix).services);
const rotationDocument = documents.get(devicePolicyNames(prefix).rotation);
const claimDocument = documents.get(`${prefix}-claim`);

const orgs = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,6}$/).map((id) => OrganizationId.parse(id));
const ids = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,6}$/).map((id) => DeviceId.parse(id));
const thing = fc.record({ org: orgs, device: ids });

const jobTopics = [
  'get',
  'get/accepted',
  'start-next',
  'start-next/+',
  'notify',
  'notify-next',
  '$next/get',
  'some-job/get',
  'some-job/get/rejected',
  'some-job/update',
  'some-job/update/+',
  '#',
];

const shadowTopics = [
  'get',
  'get/+',
  'get/accepted',
  'update',
  'update/delta',
  'update/documents',
  'delete',
  'delete/+',
  '#',
];

/** A topic that somebody might try, of another device more often than not, some of them with a wildcard or a level put in. */
const tried = (own: { org: OrganizationId; device: DeviceId }) => {
  const whose = fc.record({
    org: fc.oneof(fc.constant(own.org), orgs),
    device: fc.oneof(fc.constant(own.device), ids),
  });
  const topics = fc
    .tuple(whose, fc.constantFrom(prefix, 'other'))
    .chain(([{ org, device }, deployed]) =>
      fc.constantFrom(
        ...rules.map(({ name }) => ruleTopic(deployed, name, org, device)),
        ackTopic(deployed, org, device),
        liveTopic(deployed, org, 'sighting'),
        '$aws/certificates/create-from-csr/json',
        '$aws/certificates/create-from-csr/json/accepted',
        `$aws/provisioning-templates/${deployed}/provision/json`,
        `$aws/provisioning-templates/${deployed}/provision/json/rejected`,
        `$aws/provisioning-templates/${deployed}-rotate/provision/json`,
        `$aws/provisioning-templates/${deployed}-rotate/provision/json/accepted`,
        `$aws/things/${device}/shadow/get`,
        ...jobTopics.map((rest) => jobTopic(device, rest)),
        ...shadowTopics.map((rest) => `${configShadowTopic(device)}/${rest}`),
        `$aws/things/${device}/shadow/name/other/get`,
      ),
    );
  const spoiled = fc.tuple(topics, fc.nat(6), fc.constantFrom('+', '#', 'x', '')).map(([topic, at, level]) => {
    const levels = topic.split('/');
    return levels.with(Math.min(at, levels.length - 1), level).join('/');
  });
  return fc.oneof(topics, spoiled);
};

describe('the policy of devices on AWS IoT', () => {
  it('allows what the site’s broker allows, and nothing else', () => {
    fc.assert(
      fc.property(
        thing.chain((own) => fc.tuple(fc.constant(own), tried(own))),
        ([own, topic]) => {
          const site = devicePolicy(prefix, rules, own.org, own.device, prefix);
          const may = (action: string, resource: string) =>
            [deviceDocument, servicesDocument, rotationDocument].some((document) =>
              iotPolicyAllows(document, own, action, resource),
            );
          expect(may('iot:Publish', `topic/${topic}`)).toBe(site.mayPublish(topic));
          expect(may('iot:Subscribe', `topicfilter/${topic}`)).toBe(site.maySubscribe(topic));
          expect(may('iot:Receive', `topic/${topic}`)).toBe(site.mayReceive(topic));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('lets a device in by its own name alone, and only when the certificate is attached to it', () => {
    fc.assert(
      fc.property(thing, ids, (own, other) => {
        expect(iotPolicyAllows(deviceDocument, own, 'iot:Connect', `client/${other}`)).toBe(own.device === other);
      }),
    );
    expect(JSON.stringify(deviceDocument)).toContain('iot:Connection.Thing.IsAttached');
  });
});

describe('a policy on AWS IoT', () => {
  it('is no longer than AWS IoT takes', () => {
    for (const document of [deviceDocument, servicesDocument, rotationDocument, claimDocument]) {
      const text = JSON.stringify(document, (_, value: unknown) =>
        typeof value === 'object' && value !== null && 'Fn::Join' in value
          ? templateText(value, (name) => (name === 'AWS::AccountId' ? '1'.repeat(12) : 'aws'))
          : value,
      );
      // "Maximum policy document size", AWS IoT Core quotas.
      expect(text.length).toBeLessThanOrEqual(2_048);
    }
  });
});

describe('the policy of claim certificates on AWS IoT', () => {
  it('allows what the site’s broker allows, and nothing else', () => {
    const site = claimPolicy(prefix);
    fc.assert(
      fc.property(
        thing.chain((own) => tried(own)),
        (topic) => {
          expect(mayClaim('iot:Publish', `topic/${topic}`)).toBe(site.mayPublish(topic));
          expect(mayClaim('iot:Subscribe', `topicfilter/${topic}`)).toBe(site.maySubscribe(topic));
          expect(mayClaim('iot:Receive', `topic/${topic}`)).toBe(site.mayReceive(topic));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('lets nobody take the place of a device that works', () => {
    expect(mayClaim('iot:Connect', 'client/claim-camera-1')).toBe(true);
    expect(mayClaim('iot:Connect', 'client/camera-1')).toBe(false);
  });
});

function mayClaim(action: string, resource: string): boolean {
  return iotPolicyAllows(claimDocument, undefined, action, resource);
}
