import { uploadSuffix } from '@rollcall/cloud/domain/capture-image-key';
import { functionName } from '@rollcall/cloud/manifest';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { Bundles } from './bundles.ts';
import { CloudHandler } from './cloud-handler.ts';
import type { Deployment } from './deployment.ts';
import type { StorageStack } from './storage-stack.ts';

export interface RecognitionStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly bundles: Bundles;
}

/** Seconds that recognition takes from one call of Rekognition to the next, in the worst case that is usual. */
const secondsPerCall = 1;

/** Who is in a picture: from a door (`capture` keeps it, `recognize` looks at it) and from a kiosk (`upload`). */
export class RecognitionStack extends Stack {
  readonly capture: CloudHandler;
  readonly recognize: CloudHandler;
  readonly upload: CloudHandler;

  constructor(scope: Construct, id: string, props: RecognitionStackProps) {
    super(scope, id, props);
    const { doors, uploads } = recognitionConcurrency(props.deployment.rekognitionTps);
    this.capture = new CloudHandler(this, 'capture', props);
    this.recognize = new CloudHandler(this, 'recognize', props, { concurrency: doors });
    this.upload = new CloudHandler(this, 'upload', props, { concurrency: uploads });
    this.#onUploads(props);
  }

  /** By way of EventBridge: a bucket that named the function would have to be deployed after it, and the function after the bucket. */
  #onUploads({ deployment, storage }: RecognitionStackProps): void {
    const rule = new Rule(this, 'Uploaded', {
      ruleName: `${functionName(deployment.prefix, 'upload')}ed`,
      description: 'A picture was uploaded for a capture',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [storage.picturesName] },
          object: { key: [{ suffix: uploadSuffix }] },
        },
      },
    });
    rule.addTarget(new LambdaFunction(this.upload.function, { event: asS3Notification() }));
  }
}

/**
 * How many may be at recognition at once: as many as Rekognition answers in the time that one call takes. More would be throttled and tried
 * again, which costs time of functions and nothing else; fewer would leave quota unused. What is over waits in Lambda's own queue.
 */
export function recognitionConcurrency(tps: number): { readonly doors: number; readonly uploads: number } {
  const all = Math.max(2, Math.round(tps * secondsPerCall));
  const uploads = Math.max(1, Math.round(all / 5));
  return { doors: all - uploads, uploads };
}

/** What S3 itself would send, so that the function knows one kind of event. Source: "Event message structure", S3 user guide. */
function asS3Notification(): RuleTargetInput {
  const object = {
    key: EventField.fromPath('$.detail.object.key'),
    size: EventField.fromPath('$.detail.object.size'),
    eTag: EventField.fromPath('$.detail.object.etag'),
  };
  const bucket = { name: EventField.fromPath('$.detail.bucket.name') };
  const record = {
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    eventTime: EventField.time,
    s3: { bucket, object },
  };
  return RuleTargetInput.fromObject({ Records: [record] });
}
