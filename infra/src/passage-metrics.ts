import { type MetricName, metricNamespace } from '@rollcall/cloud/handlers/aws/metrics';
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { normalTraffic, passageCost, totalOf } from './passage-cost.ts';
import { prices } from './prices.ts';

/** What the functions count themselves, by deployment. */
export function counted(
  prefix: string,
  metricName: MetricName,
  statistic = 'Sum',
  period = Duration.minutes(5),
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { deployment: prefix },
    statistic,
    period,
  });
}

/** Calls of Rekognition for a passage: what the agent’s choice of shots is for. Target: at most 1.05. */
export function callsPerPassage(prefix: string, period = Duration.hours(1)): MathExpression {
  return new MathExpression({
    label: 'calls per passage',
    expression: 'IF(passages > 0, calls / passages)',
    usingMetrics: {
      calls: counted(prefix, 'FaceCalls', 'Sum', period),
      passages: counted(prefix, 'Passages', 'Sum', period),
    },
    period,
  });
}

/** US dollars per 1,000 passages: calls of Rekognition as counted, all else by the list prices of a normal passage. */
export function costPerThousand(prefix: string, period = Duration.hours(1)): MathExpression {
  const lines = passageCost(normalTraffic);
  const rest = totalOf(lines.filter(({ price }) => price !== 'faceCall')) / normalTraffic.capturesPerPassage;
  return new MathExpression({
    label: 'USD per 1,000 passages',
    expression: `IF(passages > 0, 1000 * (calls * ${prices.faceCall.usd} + captures * ${rest.toPrecision(3)}) / passages)`,
    usingMetrics: {
      calls: counted(prefix, 'FaceCalls', 'Sum', period),
      captures: counted(prefix, 'Captures', 'Sum', period),
      passages: counted(prefix, 'Passages', 'Sum', period),
    },
    period,
  });
}
