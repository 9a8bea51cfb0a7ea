import { tableSchema } from '@rollcall/contract/table-schema';
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  HttpMethods,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letters.ts';
import type { Deployment } from './deployment.ts';

export interface StorageStackProps extends StackProps {
  readonly deployment: Deployment;
  /** Whose pages may send a picture to a signed URL. @default any: what lets it in is the signature */
  readonly uploadOrigin?: string;
}

/** What the cloud edition keeps: records and pictures. It outlives everything else, so its stack is its own and nothing in it is deleted. */
export class StorageStack extends Stack {
  /** The `Table` port's one table. */
  readonly records: Table;
  readonly pictures: Bucket;
  /** What functions and rules failed at, until it is replayed. It holds pictures. */
  readonly deadLetters: Queue;
  /** Encrypts all of them. */
  readonly key: Key;

  /** Names that are known before there is anything: stacks that use them name what they may, and need no export of this one. */
  readonly recordsName: string;
  readonly picturesName: string;

  constructor(scope: Construct, id: string, props: StorageStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const { prefix } = props.deployment;
    this.recordsName = `${prefix}-records`;
    this.picturesName = `${prefix}-pictures-${this.account}-${this.region}`;
    this.key = new Key(this, 'Key', {
      description: 'Records and pictures of Rollcall',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.records = recordsTable(this, this.recordsName, this.key);
    this.pictures = picturesBucket(this, this.picturesName, this.key, accessLogs(this), props.uploadOrigin);
    this.deadLetters = deadLetterQueue(this, `${prefix}-dead-letters`, this.key);
  }
}

/** Keys, indexes and expiry as `tableSchema` names them for whoever reads and writes. */
function recordsTable(scope: Construct, tableName: string, key: Key): Table {
  const table = new Table(scope, 'Records', {
    tableName,
    ...keysOf(tableSchema),
    timeToLiveAttribute: tableSchema.expiry,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const index of tableSchema.indexes) table.addGlobalSecondaryIndex({ indexName: index.name, ...keysOf(index) });
  return table;
}

function keysOf(schema: { readonly partitionKey: string; readonly rangeKey: string }) {
  return {
    partitionKey: { name: schema.partitionKey, type: AttributeType.STRING },
    sortKey: { name: schema.rangeKey, type: AttributeType.STRING },
  };
}

/**
 * How long a picture is kept is each organization's own setting, and the application deletes by it. The rules here are about
 * what it cannot see: versions that were deleted or written over, and uploads that never ended.
 */
function picturesBucket(scope: Construct, bucketName: string, key: Key, logs: Bucket, uploadOrigin = '*'): Bucket {
  const bucket = new Bucket(scope, 'Pictures', {
    bucketName,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    // One data key per bucket and hour or so, instead of one KMS call per picture.
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    serverAccessLogsBucket: logs,
    serverAccessLogsPrefix: 'pictures/',
    lifecycleRules: [
      {
        id: 'old-versions',
        noncurrentVersionExpiration: Duration.days(7),
        expiredObjectDeleteMarker: true,
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    cors: [{ allowedMethods: [HttpMethods.PUT], allowedOrigins: [uploadOrigin], allowedHeaders: ['*'], maxAge: 3600 }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // The construct would do it by a function of its own, from the time before CloudFormation could.
  const events = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  const { defaultChild } = bucket.node;
  if (defaultChild instanceof CfnBucket) defaultChild.notificationConfiguration = events;
  return bucket;
}

function accessLogs(scope: Construct): Bucket {
  return new Bucket(scope, 'AccessLogs', {
    // S3 delivers access logs only to buckets with its own keys.
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: [
      {
        id: 'a-year',
        transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) }],
        expiration: Duration.days(365),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
