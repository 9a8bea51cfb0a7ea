/** A list price. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  /** When it was so, `YYYY-MM` or `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
  /** Nobody has read it on AWS's own page for this table: check it before you count on it. */
  readonly fromMemory?: true;
}

const s3List = 'AWS’s price list AmazonS3/20260928230416/us-east-1, as quoted in a public note of October 2026';

/**
 * List prices in US dollars, without free tiers, discounts and taxes: us-east-1, or Ireland where it says so. AWS's own price pages put
 * their tables together in the browser, so most of these were read in copies and examples of them.
 */
export const prices = {
  faceCall: {
    usd: 0.001,
    per: 'call of SearchUsersByImage or IndexFaces, first million a month',
    asOf: '2026-10',
    source:
      'aws.amazon.com/rekognition/pricing: 0.0010 is quoted there for group 2 in a copy of 2026-10-07; that group 1, which these are, costs the same',
    fromMemory: true,
  },
  iotConnectedMinute: {
    usd: 0.08 / 1e6,
    per: 'minute of a connection (Ireland)',
    asOf: '2026-09-20',
    source: 'aws.amazon.com/iot-core/pricing, example',
  },
  iotMessage: {
    usd: 1 / 1e6,
    per: '5 KB of a message (Ireland)',
    asOf: '2026-09-20',
    source: 'aws.amazon.com/iot-core/pricing',
  },
  iotRule: {
    usd: 0.15 / 1e6,
    per: '5 KB of a message for which a rule is triggered (Ireland)',
    asOf: '2022-10',
    source: 'aws.amazon.com/iot-core/pricing, example in a copy',
  },
  iotAction: {
    usd: 0.15 / 1e6,
    per: '5 KB of a message for which an action is run (Ireland)',
    asOf: '2022-10',
    source: 'aws.amazon.com/iot-core/pricing, example in a copy',
  },
  lambdaRequest: {
    usd: 0.2 / 1e6,
    per: 'request',
    asOf: '2026-05',
    source: 'aws.amazon.com/lambda/pricing, in copies',
  },
  lambdaGbSecond: {
    usd: 0.0000133334,
    per: 'GB-second on arm64',
    asOf: '2026-05',
    source: 'aws.amazon.com/lambda/pricing, in copies',
  },
  dynamoWrite: {
    usd: 0.625 / 1e6,
    per: 'write request unit, on demand',
    asOf: '2025-07',
    source: 'aws.amazon.com/dynamodb/pricing after the change of November 2024, in copies',
  },
  dynamoRead: { usd: 0.125 / 1e6, per: 'read request unit, on demand', asOf: '2025-07', source: 'the same' },
  s3Put: { usd: 0.005 / 1e3, per: 'PUT', asOf: '2026-09-28', source: s3List },
  s3Get: { usd: 0.0004 / 1e3, per: 'GET', asOf: '2026-09-28', source: s3List },
  s3GbMonth: { usd: 0.023, per: 'GB and month', asOf: '2026-09-28', source: s3List },
  kmsRequest: {
    usd: 0.03 / 1e4,
    per: 'request',
    asOf: '2026-03',
    source: 'aws.amazon.com/kms/pricing, as read in March 2026 by cloudburn.io/blog/aws-kms-pricing',
  },
  logsGb: {
    usd: 0.5,
    per: 'GB of logs taken in',
    asOf: '2026-06-13',
    source: 'aws.amazon.com/cloudwatch/pricing, in factualminds.com’s of that day',
  },
  trace: {
    usd: 5 / 1e6,
    per: 'trace recorded',
    asOf: '2026-11',
    source: 'aws.amazon.com/xray/pricing, in a copy without a date that was read then',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;
