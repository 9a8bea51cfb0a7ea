import { S3Client } from '@aws-sdk/client-s3';
import { systemClock as clock } from '@rollcall/kit/clock';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { S3Images, s3Checksums } from '../../adapters/aws/s3-images.ts';
import type { CloudConfig } from './config.ts';

/** The bucket of pictures. It encrypts what it gets by its own KMS key. */
export function openPictures(config: Pick<CloudConfig, 'pictures'>): S3Images {
  const client = new S3Client({ ...awsClientSettings({ requestTimeoutMs: 10_000 }), ...s3Checksums });
  return new S3Images({ client, bucket: config.pictures, clock });
}
