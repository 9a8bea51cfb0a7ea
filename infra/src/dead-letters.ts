import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** One queue for all that failed, whoever failed at it: the replay reads from each letter for whom it was. */
export function deadLetterQueue(scope: Construct, queueName: string, key: Key): Queue {
  const queue = new Queue(scope, 'DeadLetters', {
    queueName,
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    dataKeyReuse: Duration.hours(1),
    enforceSSL: true,
    // The longest that SQS keeps anything.
    retentionPeriod: Duration.days(14),
    // The replay takes as long, at most.
    visibilityTimeout: Duration.minutes(5),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acknowledge(queue, {
    SQS3: 'It is itself where dead letters end; what cannot be replayed stays in it and is alarmed about',
  });
  return queue;
}

/** What whoever fails needs, to leave its letter. */
export function sendDeadLetters(
  of: { readonly deadLetters: Queue; readonly key: Key },
  region: string,
): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [of.deadLetters.queueArn] }),
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [of.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } },
    }),
  ];
}
