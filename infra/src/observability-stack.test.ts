import { functions } from '@rollcall/cloud/manifest';
import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';

const { deployment, of } = synthesizeForTests({ alarmEmail: 'ops@example.org' });
const alarms = new Map(of('AWS::CloudWatch::Alarm').map(({ properties }) => [properties.AlarmName, properties]));

describe('alarms', () => {
  it.each([
    'capture-oldest-pending',
    'upload-oldest-pending',
    'dead-letters',
    'dead-letters-expire',
    'faces-throttled',
    'records-write-throttled',
    'records-read-throttled',
    'api-answers-5xx',
    'rule-failures',
    'devices-offline',
    'calls-per-passage',
  ])('there is one for %s, which says what to do', (name) => {
    expect(alarms.get(`${deployment.prefix}-${name}`)?.AlarmDescription.length).toBeGreaterThan(30);
  });

  it.each(functions)('tell of failures of $name', ({ name }) => {
    expect(alarms.get(`${deployment.prefix}-${name}-errors`)).toMatchObject({ MetricName: 'Errors' });
  });

  it('all tell somebody, when it begins and when it is over', () => {
    const [subscription] = of('AWS::SNS::Subscription');
    expect(subscription?.properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.org' });
    for (const { AlarmActions, OKActions } of alarms.values()) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it('count every device missing when no health comes at all', () => {
    expect(alarms.get(`${deployment.prefix}-devices-offline`)).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanLowerThreshold',
    });
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
