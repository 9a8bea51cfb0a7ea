import { functionName, rules } from '@rollcall/cloud/manifest';
import { tableSchema } from '@rollcall/contract/table-schema';
import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { CloudHandler } from './cloud-handler.ts';
import type { Deployment } from './deployment.ts';
import { callsPerPassage, counted } from './passage-metrics.ts';
import type { StorageStack } from './storage-stack.ts';

/** When somebody is told. */
export interface AlarmSpec {
  readonly id: string;
  /** What is the matter, and what to do, for whoever is woken by it. */
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** @default above it, or at it */
  readonly comparison?: ComparisonOperator;
  /** What no data means. @default that nothing is the matter */
  readonly missing?: TreatMissingData;
}

export interface Watched {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly handlers: readonly CloudHandler[];
  readonly apiId: string;
}

const minute = Duration.minutes(1);
const quarter = Duration.minutes(15);
/** Those in which a queue before the function is meant to be: the age of what waits in it is what counts. */
const queued: ReadonlySet<string> = new Set(['recognize', 'upload']);
/** Those that run a few times a minute at most: what all of them fail at would be fewer failures than a busy function has in passing. */
const rare: ReadonlySet<string> = new Set([
  'timers',
  'token-claims',
  'claims',
  'live-authorizer',
  'organizations',
  'replay',
]);
/** Those before which a picture may wait. */
const pictured: ReadonlySet<string> = new Set([...queued, 'capture']);

/** Everything that somebody is told about. */
export function alarmsOf(watched: Watched): AlarmSpec[] {
  return [...ofFunctions(watched), ...ofQueues(watched), ...ofServices(watched), ...ofFleet(watched)];
}

function ofFunctions({ handlers }: Watched): AlarmSpec[] {
  return handlers.flatMap(({ spec: { name }, function: fn }): AlarmSpec[] => [
    {
      id: `${name}-errors`,
      description: `Function ${name} fails: read its log for invocation-failed`,
      ...(rare.has(name)
        ? { metric: fn.metricErrors({ period: quarter, statistic: 'Sum' }), threshold: 3 }
        : { metric: fn.metricErrors({ period: minute, statistic: 'Sum' }), threshold: 5, periods: 3 }),
    },
    ...(name === 'timers' ? [silent(fn), failsHourly(fn)] : []),
    ...(queued.has(name)
      ? []
      : [
          {
            id: `${name}-throttles`,
            description: `Function ${name} is throttled: raise the account's concurrent executions`,
            metric: fn.metricThrottles({ period: minute, statistic: 'Sum' }),
            threshold: 1,
            periods: 3,
          },
        ]),
  ]);
}

/** Some timers run once an hour, such as the one by which pictures go. */
function failsHourly(timers: CloudHandler['function']): AlarmSpec {
  return {
    id: 'timers-errors-hourly',
    description:
      'A timer fails hour after hour, so pictures may not be deleted: read the log of timers for organization-failed',
    metric: timers.metricErrors({ period: Duration.hours(1), statistic: 'Sum' }),
    threshold: 1,
    periods: 3,
  };
}

/** The scheduler says nothing when it gives up. */
function silent(timers: CloudHandler['function']): AlarmSpec {
  return {
    id: 'timers-silent',
    description: 'No timer ran for a quarter of an hour: look at the schedules of EventBridge and their role',
    metric: timers.metricInvocations({ period: Duration.minutes(5), statistic: 'Sum' }),
    threshold: 1,
    periods: 3,
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    missing: TreatMissingData.BREACHING,
  };
}

function ofQueues({ storage, handlers, deployment }: Watched): AlarmSpec[] {
  const waiting = handlers.filter(({ spec }) => pictured.has(spec.name));
  return [
    ...waiting.map(({ spec: { name }, function: fn }) => ({
      id: `${name}-oldest-pending`,
      description: `The oldest picture that waits for ${name} is over two minutes old: ${queued.has(name) ? 'see the throttles of Rekognition, raise its quota' : 'raise the account’s concurrent executions'}`,
      metric: fn.metric('AsyncEventAge', { period: minute, statistic: 'Maximum' }),
      threshold: 120_000,
      periods: 3,
    })),
    {
      id: 'dead-letters',
      description: 'Messages could not be handled: mend the cause, then run the function replay',
      metric: storage.deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' }),
      threshold: 1,
    },
    {
      id: 'dead-letters-expire',
      description: 'A dead letter is over ten days old: after fourteen SQS deletes it',
      metric: storage.deadLetters.metricApproximateAgeOfOldestMessage({
        period: Duration.hours(1),
        statistic: 'Maximum',
      }),
      threshold: Duration.days(10).toSeconds(),
    },
    {
      id: 'dead-letters-lost',
      description:
        'What failed could not become a dead letter and is lost: look at the queue, its key and who may use them',
      metric: sumOf(
        handlers.flatMap(({ spec: { name }, function: fn, keepsFailures }): [string, IMetric][] =>
          keepsFailures ? [[name, fn.metric('DestinationDeliveryFailures', { period: minute, statistic: 'Sum' })]] : [],
        ),
      ),
      threshold: 1,
    },
    {
      id: 'rule-messages-lost',
      description:
        'What a topic rule failed at could not become a dead letter and is lost: look at the role RuleFailures',
      metric: new MathExpression({
        expression: `SELECT SUM(ErrorActionFailure) FROM "AWS/IoT" WHERE ${ruleNames(deployment)
          .map((name) => `RuleName = '${name}'`)
          .join(' OR ')}`,
        period: minute,
      }),
      threshold: 1,
    },
  ];
}

function ofServices({ storage, apiId, deployment }: Watched): AlarmSpec[] {
  return [
    {
      id: 'faces-throttled',
      description:
        'Rekognition throttles searches: what is over waits. Raise its quota, or set rekognitionTps to what is granted',
      metric: sum('AWS/Rekognition', 'ThrottledCount', { Operation: 'SearchUsersByImage' }),
      threshold: 30,
      periods: 5,
    },
    {
      id: 'records-write-throttled',
      description: 'DynamoDB throttles writes: the table grows into the load within minutes, unless one key is hot',
      metric: throttled(storage, 'WriteThrottleEvents'),
      threshold: 10,
      periods: 3,
    },
    {
      id: 'records-read-throttled',
      description: 'DynamoDB throttles reads: the table grows into the load within minutes, unless one key is hot',
      metric: throttled(storage, 'ReadThrottleEvents'),
      threshold: 10,
      periods: 3,
    },
    {
      id: 'api-answers-5xx',
      description: 'The API answers 5xx: read the log of function api for the request id',
      metric: sum('AWS/ApiGateway', '5xx', { ApiId: apiId }),
      threshold: 5,
      periods: 3,
    },
    {
      id: 'rule-failures',
      description: 'A topic rule could not invoke its function: the message is in the dead letters',
      metric: ruleFailures(deployment),
      threshold: 1,
    },
    {
      id: 'uploads-not-handed-over',
      description:
        'EventBridge could not invoke the function upload: the kiosk’s picture waits in S3, hand it in again',
      metric: sum('AWS/Events', 'FailedInvocations', { RuleName: `${functionName(deployment.prefix, 'upload')}ed` }),
      threshold: 1,
    },
  ];
}

function ofFleet({ deployment: { prefix } }: Watched): AlarmSpec[] {
  const day = Duration.days(1);
  return [
    {
      id: 'messages-dropped',
      description: 'Somebody publishes who is on no allow-list, or was revoked: read the logs for message-of-nobody',
      metric: counted(prefix, 'MessagesDropped'),
      threshold: 100,
    },
    {
      id: 'calls-per-passage',
      description:
        'Passages cost more than half again as many calls as they should: look at the captures of the busiest doors',
      metric: callsPerPassage(prefix, day),
      threshold: 1.6,
    },
    {
      id: 'timers-out-of-time',
      description:
        'There is more to do than a timer’s time: what is left waits for the next run; read the log of timers',
      metric: counted(prefix, 'OrganizationsOutOfTime'),
      threshold: 1,
      periods: 12,
    },
    {
      id: 'recognition-slow',
      description: 'One capture in twenty takes over a minute from door to register',
      metric: counted(prefix, 'RecognitionMs', 'p95'),
      threshold: 60_000,
      periods: 2,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    },
  ];
}

/** Of every topic rule together. */
function ruleFailures(deployment: Deployment): MathExpression {
  return sumOf(
    ruleNames(deployment).map((name): [string, IMetric] => [
      name,
      sum('AWS/IoT', 'Failure', { RuleName: name, ActionType: 'Lambda' }),
    ]),
  );
}

function ruleNames({ prefix }: Deployment): string[] {
  return [...rules.map(({ name }) => name), 'presence'].map((name) => `${prefix}_${name}`);
}

/** Of the table and of each of its indexes, which are counted apart. Source: "DynamoDB metrics and dimensions". */
function throttled({ recordsName: TableName }: StorageStack, metricName: string): MathExpression {
  return sumOf([
    ['table', sum('AWS/DynamoDB', metricName, { TableName })],
    ...tableSchema.indexes.map(({ name }): [string, IMetric] => [
      name,
      sum('AWS/DynamoDB', metricName, { TableName, GlobalSecondaryIndexName: name }),
    ]),
  ]);
}

/** At most ten: an alarm takes no more. */
function sumOf(metrics: readonly (readonly [name: string, metric: IMetric])[]): MathExpression {
  const named = metrics.map(([name, metric]) => [name.replaceAll(/[^a-z0-9]/g, '_'), metric] as const);
  const expression = named.map(([name]) => `FILL(${name}, 0)`).join(' + ');
  return new MathExpression({ expression, usingMetrics: Object.fromEntries(named), period: minute });
}

function sum(namespace: string, metricName: string, dimensionsMap: Record<string, string>): Metric {
  return new Metric({ namespace, metricName, dimensionsMap, statistic: 'Sum', period: minute });
}
