import { ruleSql, presenceSql, rules, timers } from '@rollcall/cloud/manifest';
import { ruleTopic } from '@rollcall/contract/topics';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';

const { deployment, of, resources } = synthesizeForTests();
const org = OrganizationId.parse('main');
const device = DeviceId.parse('camera-1');

describe('the ingest stack', () => {
  it('has a topic rule for each rule of the manifest, reached by the topic that devices publish on, with the manifest’s SQL', () => {
    const made = of('AWS::IoT::TopicRule').map(({ properties }) => properties);
    for (const { name, description } of rules) {
      const ruleName = ruleTopic(deployment.prefix, name, org, device).split('/')[2];
      const rule = made.find((one) => one.RuleName === ruleName);
      expect(rule?.TopicRulePayload).toMatchObject({ Sql: ruleSql, Description: description, RuleDisabled: false });
    }
    const presence = made.find((one) => one.RuleName === `${deployment.prefix}_presence`);
    expect(presence?.TopicRulePayload.Sql).toBe(presenceSql);
    expect(made).toHaveLength(rules.length + 1);
  });

  it('lets each rule invoke its own function, and nobody else', () => {
    const permitted = of('AWS::Lambda::Permission').filter(
      ({ properties }) => properties.Principal === 'iot.amazonaws.com',
    );
    for (const { properties } of permitted.filter(({ id }) => id.includes('Rule'))) {
      const source = JSON.stringify(properties.SourceArn);
      const [, rule] = /rule\/[a-z]+_([a-z]+)/.exec(source) ?? [];
      expect(JSON.stringify(properties.FunctionName)).toContain(`${rule}Function`);
      expect(properties.SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
    }
    expect(permitted.filter(({ id }) => id.includes('Rule'))).toHaveLength(rules.length + 1);
  });

  it('sends what a rule could not hand over, and what a function failed at, to the dead letters', () => {
    for (const { properties } of of('AWS::IoT::TopicRule')) {
      expect(JSON.stringify(properties.TopicRulePayload.ErrorAction.Sqs)).toContain('DeadLetters');
    }
    const failing = of('AWS::Lambda::EventInvokeConfig').filter(({ properties }) => properties.DestinationConfig);
    expect(failing).toHaveLength(7);
    for (const { properties } of failing) {
      expect(JSON.stringify(properties.DestinationConfig.OnFailure)).toContain('DeadLetters');
      expect(properties.MaximumRetryAttempts).toBe(2);
    }
  });

  it('keeps dead letters for the longest time there is, encrypted, whatever becomes of the stack', () => {
    const [queue, ...others] = of('AWS::SQS::Queue');
    expect(others).toEqual([]);
    expect(queue).toMatchObject({ deletionPolicy: 'Retain', properties: { MessageRetentionPeriod: 14 * 24 * 3600 } });
    expect(JSON.stringify(queue?.properties.KmsMasterKeyId)).toContain('Key');
  });

  it('starts each timer of the manifest as often as it says, but not more than once a minute', () => {
    const schedules = of('AWS::Scheduler::Schedule').map(({ properties }) => properties);
    expect(schedules).toHaveLength(timers.length);
    for (const { name, everySeconds } of timers) {
      const schedule = schedules.find((one) => one.Name === `${deployment.prefix}-timers-${name}`);
      const [, count] = /^rate\((\d+) minutes?\)$/.exec(schedule?.ScheduleExpression) ?? [];
      expect(Number(count) * 60).toBe(Math.max(60, everySeconds));
      expect(JSON.parse(schedule?.Target.Input)).toEqual({ timer: name });
    }
  });

  it('recognizes what is uploaded, told by S3 as S3 tells it', () => {
    const [rule] = of('AWS::Events::Rule');
    expect(rule?.properties.EventPattern.detail.object).toEqual({ key: [{ suffix: '.upload.jpg' }] });
    const [target] = rule?.properties.Targets ?? [];
    expect(target.InputTransformer.InputTemplate).toContain('"Records"');
    const pictures = resources.find(({ id }) => id.startsWith('Pictures') && !id.includes('Policy'));
    expect(pictures?.properties.NotificationConfiguration.EventBridgeConfiguration).toEqual({
      EventBridgeEnabled: true,
    });
  });
});
