import { livePolicyDocument } from '@rollcall/cloud/adapters/aws/live-policy';
import { livePolicy } from '@rollcall/cloud/adapters/local/topic-policy';
import { liveAccess } from '@rollcall/cloud/domain/live-access';
import { Role } from '@rollcall/contract/access';
import { OrganizationId } from '@rollcall/contract/ids';
import { liveTopic } from '@rollcall/contract/topics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iotPolicyAllows } from './iot-policy-for-tests.ts';

const iotArn = 'arn:aws:iot:eu-west-1:111122223333';
const prefix = 'rollcall';
const clientId = 'live-user-1';

const orgs = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,6}$/).map((id) => OrganizationId.parse(id));
const roles = fc.constantFrom(...Role.options);
const kinds = fc.constantFrom('sighting', 'attendance', 'device', 'other', '#', '+', 'device/more', '');
const tried = (own: OrganizationId) =>
  fc
    .tuple(fc.oneof(fc.constant(own), orgs), fc.constantFrom(prefix, 'other', '+'), kinds)
    .map(([org, deployed, kind]) => liveTopic(deployed, org, kind));

describe('the policy of browsers on AWS IoT', () => {
  it('allows no more than the site’s broker, and lets them hear the same', () => {
    fc.assert(
      fc.property(
        orgs.chain((org) => fc.tuple(fc.constant(org), tried(org))),
        roles,
        ([org, topic], role) => {
          const document = livePolicyDocument({ iotArn, prefix, clientId }, { organizationId: org, role });
          const may = (action: string, resource: string) =>
            document !== undefined && iotPolicyAllows(document, undefined, action, resource);
          const site = livePolicy(prefix, org, role);
          // A message has no topic with a wildcard, and no browser of a site is sent one.
          expect(may('iot:Receive', `topic/${topic}`)).toBe(site.mayReceive(topic));
          expect(may('iot:Subscribe', `topicfilter/${topic}`) && !site.maySubscribe(topic)).toBe(false);
          expect(may('iot:Publish', `topic/${topic}`)).toBe(site.mayPublish(topic));
        },
      ),
    );
  });

  it('allows the very filter that the API tells, and the connection of nobody else', () => {
    fc.assert(
      fc.property(orgs, roles, (org, role) => {
        const principal = { subject: 'user', name: '', organizationId: org, role, doorId: null };
        const told = liveAccess({ prefix, url: '/mqtt', username: 'token', minTokenSeconds: 0 }, principal);
        const document = livePolicyDocument({ iotArn, prefix, clientId }, principal);
        expect(told === null).toBe(document === undefined);
        fc.pre(told !== null && document !== undefined);
        if (!told || !document) return;
        const may = (action: string, resource: string) => iotPolicyAllows(document, undefined, action, resource);
        expect({
          fits: JSON.stringify(document).length <= 2_048,
          filter: may('iot:Subscribe', `topicfilter/${told.topicFilter}`),
          itself: may('iot:Connect', `client/${clientId}`),
          another: may('iot:Connect', `client/${clientId}1`),
        }).toEqual({ fits: true, filter: true, itself: true, another: false });
      }),
    );
  });
});
