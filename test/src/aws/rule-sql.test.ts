import { presenceSql, ruleSql } from '@rollcall/cloud/manifest';
import { describe, expect, it } from 'vitest';
import { evaluateRule, matchesFilter } from './rule-sql.ts';

const payload = Buffer.from([0xff, 0xd8, 0x00, 0x7f]);

describe('the SQL of topic rules', () => {
  it('hands a message over as it came, whatever it is, with who sent it and when', () => {
    expect(evaluateRule(ruleSql, { topic: 'north/camera-1', payload, receivedAt: 7 })).toEqual({
      payload: payload.toString('base64'),
      org: 'north',
      deviceId: 'camera-1',
      receivedAt: 7,
    });
  });

  it('tells of devices that come and go, and of nothing else', () => {
    expect(presence('connected')).toMatchObject({ eventType: 'connected', clientId: 'camera-1', versionNumber: 3 });
    expect(presence('connected')).not.toHaveProperty('ipAddress');
    expect(presence('disconnected')).toMatchObject({ eventType: 'disconnected' });
    expect(presence('subscribed')).toBeUndefined();
    expect(presence('connected', '$aws/events/subscriptions/connected/camera-1')).toBeUndefined();
  });

  it('is an error when this evaluator does not know it, and never nothing', () => {
    for (const sql of ['SELEC * FROM x', 'SELECT lower(org) AS org', "SELECT a WHERE b > 'c'"]) {
      expect(() => evaluateRule(sql, { topic: 'a', payload: Buffer.from('{}'), receivedAt: 7 })).toThrow(/our rules/);
    }
  });

  it('knows the wildcards of filters', () => {
    expect(['a/+/c', 'a/#', '#', 'a/b/c'].map((filter) => matchesFilter(filter, 'a/b/c'))).toEqual(Array(4).fill(true));
    expect(['a/+', 'a/b', 'a/b/c/d', '+/c'].some((filter) => matchesFilter(filter, 'a/b/c'))).toBe(false);
  });
});

function presence(eventType: string, topic = `$aws/events/presence/${eventType}/camera-1`) {
  const message = { eventType, clientId: 'camera-1', versionNumber: 3, ipAddress: 'x' };
  return evaluateRule(presenceSql, { topic, payload: Buffer.from(JSON.stringify(message)), receivedAt: 7 });
}
