import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentOf } from './deployment.ts';
import { StorageStack } from './storage-stack.ts';
import { synthesize } from './synthesize.ts';

describe('the storage stack', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'rollcall-synth-'));
  let template: Template;
  beforeAll(() => {
    synthesize(outdir, (app) => {
      template = Template.fromStack(new StorageStack(app, 'Storage', { deployment: deploymentOf() }));
    });
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  const all = (type: string) => Object.values(template.findResources(type));

  it('has the one table with the keys, indexes and expiry of the Table port', () => {
    const index = (n: number) => ({
      IndexName: `index-${n}`,
      KeySchema: keys(`i${n}pk`, `i${n}sk`),
      Projection: { ProjectionType: 'ALL' },
    });
    const expected = {
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [index(1), index(2)],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      DeletionProtectionEnabled: true,
    };
    expect(all('AWS::DynamoDB::Table')).toMatchObject([{ Properties: expected }]);
  });

  it('keeps pictures encrypted by its key, versioned and logged', () => {
    const pictures = all('AWS::S3::Bucket').find((bucket) => bucket.Properties.LoggingConfiguration);
    const encryption = { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } };
    expect(pictures?.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: { ServerSideEncryptionConfiguration: [encryption] },
      LifecycleConfiguration: { Rules: [{ NoncurrentVersionExpiration: { NoncurrentDays: 7 } }] },
    });
  });

  it('has no bucket that is public or speaks without TLS', () => {
    const closed = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    const buckets = all('AWS::S3::Bucket').map((bucket) => bucket.Properties.PublicAccessBlockConfiguration);
    expect(buckets).toEqual([closed, closed]);
    const denied = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const policies = all('AWS::S3::BucketPolicy').map((policy) => policy.Properties.PolicyDocument.Statement);
    const denial = expect.arrayContaining([expect.objectContaining(denied)]);
    expect(policies).toEqual([denial, denial]);
  });

  it('loses nothing when the stack is deleted', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'].flatMap(all);
    expect(kept).toHaveLength(4);
    for (const one of kept) expect(one).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('does not synthesize when a finding is not acknowledged', () => {
    expect(() => synthesize(outdir, addCarelessStack)).toThrow(/AwsSolutions-S10/);
  });
});

function keys(partition: string, range: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
}

function addCarelessStack(app: App): Bucket {
  return new Bucket(new Stack(app, 'Careless'), 'Open');
}
