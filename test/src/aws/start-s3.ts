import { S3Client } from '@aws-sdk/client-s3';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { s3Checksums } from '@rollcall/cloud/adapters/aws/s3-images';
import { buildApp } from 'fauxqs';
import { ask, startMeddlingProxy } from './meddling-proxy.ts';
import { testAccount } from './test-credentials.ts';
import { VersionedBucket } from './versioned-bucket.ts';

/** An S3 emulator on the loopback with one versioned bucket. @param now the clock by which its presigned URLs expire. */
export async function startS3(now: () => number = Date.now) {
  const server = buildApp({ logger: false, host: '127.0.0.1' });
  const upstream = await server.listen({ host: '127.0.0.1', port: 0 });
  const bucket = 'pictures';
  await ask(upstream, { method: 'PUT', url: `/${bucket}`, headers: {}, body: Buffer.of() });
  const versions = new VersionedBucket(upstream, bucket, now);
  const proxy = await startMeddlingProxy(upstream, versions);
  const clientOf = (settings: { requestTimeoutMs?: number; maxAttempts?: number } = {}) =>
    new S3Client({
      ...testAccount,
      ...s3Checksums,
      endpoint: proxy.endpoint,
      forcePathStyle: true,
      ...awsClientSettings({ requestTimeoutMs: 10_000, ...settings }),
    });
  const client = clientOf();
  return {
    client,
    clientOf,
    bucket,
    proxy,
    versions,
    close: async () => {
      client.destroy();
      await proxy.close();
      await server.close();
    },
  };
}
