import { Role } from '@rollcall/contract/access';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ackTopic, liveTopic, ruleTopic } from '@rollcall/contract/topics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../../manifest.ts';
import { claimPolicy, devicePolicy, livePolicy } from './topic-policy.ts';

const orgs = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/).map((id) => OrganizationId.parse(id));
const ids = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,8}$/).map((id) => DeviceId.parse(id));
const names = fc.constantFrom(...rules.map((rule) => rule.name));
const wild = fc.constantFrom('+', '#');

/** A filter made of a topic by putting wildcards in place of levels. */
const widened = (topic: string) =>
  fc.tuple(fc.nat(topic.split('/').length - 1), wild).map(([at, sign]) => {
    const levels = topic.split('/');
    return sign === '#' ? [...levels.slice(0, at), '#'].join('/') : levels.with(at, '+').join('/');
  });

describe('what a client may', () => {
  it('is, for a device, its own rules and its own acks, whatever the names', () => {
    fc.assert(
      fc.property(orgs, ids, orgs, ids, names, (org, device, otherOrg, otherDevice, rule) => {
        const policy = devicePolicy('rollcall', rules, org, device, 'rollcall');
        const same = org === otherOrg && device === otherDevice;
        const publishes = ruleTopic('rollcall', rule, otherOrg, otherDevice);
        const acks = ackTopic('rollcall', otherOrg, otherDevice);
        expect(policy.mayPublish(publishes)).toBe(same);
        expect(policy.ruleOf(publishes)).toBe(same ? rule : undefined);
        expect(policy.maySubscribe(acks)).toBe(same);
        expect(policy.mayReceive(acks)).toBe(same);
        expect(policy.mayPublish(acks)).toBe(false);
        expect(policy.maySubscribe(publishes)).toBe(false);
      }),
    );
  });

  it('never grows by a wildcard', () => {
    const filters = fc
      .tuple(orgs, ids)
      .chain(([org, device]) =>
        fc.tuple(
          fc.constant(devicePolicy('rollcall', rules, org, device, 'rollcall')),
          widened(ackTopic('rollcall', org, device)),
        ),
      );
    fc.assert(fc.property(filters, ([policy, filter]) => !policy.maySubscribe(filter)));
    const answers = widened('$aws/certificates/create-from-csr/json/accepted');
    fc.assert(fc.property(answers, (filter) => !claimPolicy('rollcall').maySubscribe(filter)));
    expect(claimPolicy('rollcall').maySubscribe('$aws/certificates/create-from-csr/json/accepted')).toBe(true);
  });

  it('is, for a browser, to hear its own organization', () => {
    const kinds = fc.constantFrom('sighting', 'attendance', 'device', '#', '+');
    fc.assert(
      fc.property(orgs, orgs, fc.constantFrom(...Role.options), kinds, (org, other, role, kind) => {
        const policy = livePolicy('rollcall', org, role);
        const topic = liveTopic('rollcall', other, kind);
        const own = org === other && role !== 'kiosk';
        const heard = role === 'operator' ? ['device'] : ['sighting', 'attendance', 'device'];
        expect(policy.mayReceive(topic)).toBe(own && heard.includes(kind));
        expect(policy.maySubscribe(topic)).toBe(own && [...heard, '#', '+'].includes(kind));
        expect(policy.mayPublish(topic)).toBe(false);
      }),
    );
  });
});
