import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  AlarmStatusWidget,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { alarmsOf, type Watched } from './alarms.ts';
import type { Deployment } from './deployment.ts';
import { callsPerPassage, costPerThousand, counted } from './passage-metrics.ts';

export type ObservabilityStackProps = StackProps & Watched;

/** What wakes somebody, and what they then look at. */
export class ObservabilityStack extends Stack {
  readonly alarms: readonly AlarmBase[];
  readonly dashboard: Dashboard;
  readonly dashboardName: CfnOutput;

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { prefix } = props.deployment;
    const told = new SnsAction(this.#topic(props.deployment));
    const specified = alarmsOf(props).map(
      ({ id: name, description, metric, threshold, periods = 1, comparison, missing }) =>
        new Alarm(this, name, {
          alarmName: `${prefix}-${name}`,
          alarmDescription: description,
          metric,
          threshold,
          evaluationPeriods: periods,
          comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
        }),
    );
    this.alarms = [...specified, this.#offline(prefix)];
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(told);
      alarm.addOkAction(told);
    }
    this.dashboard = this.#pictures(props);
    this.dashboardName = new CfnOutput(this, 'DashboardName', { value: prefix });
  }

  /**
   * Each device that is online sends its health once a minute, so how many are offline shows as health that is missing. What is usual at
   * this hour is learned, so some doors that are switched off at night are no matter. No health at all is an outage at any hour.
   */
  #offline(prefix: string): AnomalyDetectionAlarm {
    return new AnomalyDetectionAlarm(this, 'devices-offline', {
      alarmName: `${prefix}-devices-offline`,
      alarmDescription: 'Fewer devices than usual at this hour send their health: see Doors in the dashboard for which',
      metric: health(prefix),
      stdDevs: 3,
      comparisonOperator: ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  #topic({ prefix, alarmEmail }: Deployment): Topic {
    const key = new Key(this, 'AlarmKey', {
      description: 'Alarms on their way',
      enableKeyRotation: true,
      // Nothing that is kept is encrypted by it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));
    const topic = new Topic(this, 'Alarms', { topicName: `${prefix}-alarms`, masterKey: key, enforceSSL: true });
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  #pictures({ deployment: { prefix }, handlers, storage }: ObservabilityStackProps): Dashboard {
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: prefix, defaultInterval: Duration.days(1) });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...this.alarms], width: 24 }));
    dashboard.addWidgets(
      graph('Passages and captures', [
        counted(prefix, 'Passages'),
        counted(prefix, 'Captures'),
        counted(prefix, 'CapturesRecognized'),
      ]),
      graph(
        'From door to register, ms',
        ['p50', 'p95', 'p99'].map((p) => counted(prefix, 'RecognitionMs', p)),
      ),
      graph('Cost', [costPerThousand(prefix)], [callsPerPassage(prefix)]),
    );
    dashboard.addWidgets(
      graph('Sightings', [
        counted(prefix, 'SightingsAccepted'),
        counted(prefix, 'SightingsDoubtful'),
        counted(prefix, 'SightingsUnknown'),
        counted(prefix, 'SightingsUnusable'),
      ]),
      graph(
        'Waiting, ms',
        handlers.map(({ function: fn }) => fn.metric('AsyncEventAge', { statistic: 'Maximum' })),
      ),
      graph('Dead letters', [storage.deadLetters.metricApproximateNumberOfMessagesVisible()]),
    );
    dashboard.addWidgets(
      graph(
        'Devices that send their health',
        [health(prefix)],
        (['CamerasAway', 'PicturesDark', 'PicturesCovered', 'PicturesFrozen', 'PicturesDefocused'] as const).map(
          (name) => counted(prefix, name),
        ),
      ),
      graph(
        'Errors',
        handlers.map(({ function: fn }) => fn.metricErrors()),
      ),
      graph(
        'Running at once',
        handlers.map(({ function: fn }) => fn.metric('ConcurrentExecutions', { statistic: 'Maximum' })),
      ),
    );
    return dashboard;
  }
}

/** Messages of the rule in five minutes: five for each device that is online. Source: "AWS IoT metrics and dimensions". */
function health(prefix: string): Metric {
  const dimensionsMap = { RuleName: `${prefix}_health` };
  return new Metric({
    namespace: 'AWS/IoT',
    metricName: 'TopicMatch',
    dimensionsMap,
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left, right, width: 8 });
}
