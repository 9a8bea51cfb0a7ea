import { functions, timers } from '@rollcall/cloud/manifest';
import { tableSchema } from '@rollcall/contract/table-schema';
import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';
import { templateText } from './template-text.ts';

const { deployment, of } = synthesizeForTests({ alarmEmail: 'ops@example.org' });
const alarms = new Map(of('AWS::CloudWatch::Alarm').map(({ properties }) => [properties.AlarmName, properties]));

describe('alarms', () => {
  it.each([
    'capture-oldest-pending',
    'recognize-oldest-pending',
    'upload-oldest-pending',
    'dead-letters',
    'dead-letters-expire',
    'dead-letters-lost',
    'rule-messages-lost',
    'faces-throttled',
    'records-write-throttled',
    'records-read-throttled',
    'api-answers-5xx',
    'rule-failures',
    'uploads-not-handed-over',
    'timers-silent',
    'timers-errors-hourly',
    'timers-out-of-time',
    'live-authorizer-throttles',
    'devices-offline',
    'calls-per-passage',
  ])('there is one for %s, which says what to do', (name) => {
    expect(alarms.get(`${deployment.prefix}-${name}`)?.AlarmDescription.length).toBeGreaterThan(30);
  });

  it.each(functions)('tell of failures of $name', ({ name }) => {
    expect(alarms.get(`${deployment.prefix}-${name}-errors`)).toMatchObject({ MetricName: 'Errors' });
  });

  it.each(timers)(
    'tell of the timer $name when it always fails, although it does not run often',
    ({ everySeconds }) => {
      const runsEvery = Math.max(60, everySeconds);
      const rings = ['timers-errors', 'timers-errors-hourly'].filter((name) => {
        const { Period, Threshold } = alarms.get(`${deployment.prefix}-${name}`);
        return Period / runsEvery >= Threshold;
      });
      expect(rings).not.toEqual([]);
    },
  );

  it('watch every index of the records as well: CloudWatch counts what it throttles apart from the table', () => {
    for (const name of ['records-write-throttled', 'records-read-throttled']) {
      const watched = JSON.stringify(alarms.get(`${deployment.prefix}-${name}`)?.Metrics);
      for (const index of tableSchema.indexes) expect(watched).toContain(`"${index.name}"`);
    }
  });

  it('tell of what was lost on its way to the dead letters, whoever it was that failed', () => {
    const lost = alarms.get(`${deployment.prefix}-dead-letters-lost`)?.Metrics ?? [];
    const watched = lost.filter((one: { MetricStat?: object }) => one.MetricStat).length;
    const leave = of('AWS::Lambda::EventInvokeConfig').filter(({ properties }) => properties.DestinationConfig);
    expect(leave.length).toBeGreaterThan(5);
    expect(watched).toBe(leave.length);
    const rules = alarms.get(`${deployment.prefix}-rule-messages-lost`)?.Metrics[0].Expression;
    for (const { properties } of of('AWS::IoT::TopicRule')) expect(rules).toContain(`'${properties.RuleName}'`);
  });

  it('all tell somebody, when it begins and when it is over', () => {
    const [subscription] = of('AWS::SNS::Subscription');
    expect(subscription?.properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.org' });
    for (const { AlarmActions, OKActions } of alarms.values()) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it('take no timer at all for one that does not run', () => {
    expect(alarms.get(`${deployment.prefix}-timers-silent`)).toMatchObject({
      MetricName: 'Invocations',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  it('watch every topic rule', () => {
    const watched = JSON.stringify(alarms.get(`${deployment.prefix}-rule-failures`)?.Metrics);
    for (const { properties } of of('AWS::IoT::TopicRule')) expect(watched).toContain(properties.RuleName);
  });

  it('count every device missing when no health comes at all', () => {
    expect(alarms.get(`${deployment.prefix}-devices-offline`)).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanLowerThreshold',
    });
  });
});

describe('logs and traces', () => {
  it('are kept for a while, and not for ever', () => {
    for (const { id, properties } of of('AWS::Logs::LogGroup'))
      expect([id, properties.RetentionInDays]).toEqual([id, 14]);
    const inProduction = synthesizeForTests({ stage: 'prod' }).of('AWS::Logs::LogGroup');
    expect(new Set(inProduction.map(({ properties }) => properties.RetentionInDays))).toEqual(new Set([90]));
  });

  it('are of every function, whose metrics are in its log', () => {
    for (const { properties } of of('AWS::Lambda::Function')) {
      expect(properties.TracingConfig).toEqual({ Mode: 'Active' });
      expect(properties.LoggingConfig.LogGroup).toBeDefined();
    }
  });

  it('tell what the web ACL blocked, and no credentials', () => {
    const [logging] = of('AWS::WAFv2::LoggingConfiguration');
    const {
      LogDestinationConfigs: [destination] = [],
      RedactedFields: redacted,
      LoggingFilter: filter,
    } = logging?.properties ?? {};
    expect(templateText(destination, (name) => name)).toMatch(/:us-east-1:.+:log-group:aws-waf-logs-rollcalldev$/);
    expect(redacted.map((one: { SingleHeader: { Name: string } }) => one.SingleHeader.Name)).toEqual([
      'authorization',
      'x-api-key',
      'cookie',
    ]);
    expect(filter.DefaultBehavior).toBe('DROP');
  });
});

describe('the bill', () => {
  it('is watched when an amount is given, for who is told of alarms', () => {
    expect(of('AWS::Budgets::Budget')).toEqual([]);
    const [budget] = synthesizeForTests({ monthlyBudget: '200', alarmEmail: 'ops@example.org' }).of(
      'AWS::Budgets::Budget',
    );
    expect(budget).toMatchObject({
      stack: 'edge',
      properties: { Budget: { BudgetLimit: { Amount: 200, Unit: 'USD' }, TimeUnit: 'MONTHLY' } },
    });
    const told: {
      Notification: { NotificationType: string; Threshold: number };
      Subscribers: { Address: string }[];
    }[] = budget?.properties.NotificationsWithSubscribers;
    expect(told.map(({ Notification: one }) => [one.NotificationType, one.Threshold])).toEqual([
      ['ACTUAL', 50],
      ['ACTUAL', 90],
      ['FORECASTED', 100],
    ]);
    for (const { Subscribers } of told) expect(Subscribers[0]?.Address).toBe('ops@example.org');
    expect(() => synthesizeForTests({ monthlyBudget: '200' })).toThrow(/alarmEmail/);
    expect(() => synthesizeForTests({ monthlyBudget: 'much', alarmEmail: 'ops@example.org' })).toThrow(/monthlyBudget/);
  });
});

describe('the dashboard of ops', () => {
  it('shows what a passage costs, by what was counted', () => {
    const body = JSON.stringify(of('AWS::CloudWatch::Dashboard')[0]?.properties.DashboardBody);
    expect(body).toContain('USD per 1,000 passages');
    expect(body).toContain('FaceCalls');
    expect(body).toContain('calls per passage');
  });
});
