import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { bodyOf, type DashboardFile, type SignIn } from './dashboard-files.ts';
import type { ApiOutputs } from './stack-outputs.ts';

export function signInOf({ Issuer, ClientId, SignInUrl }: ApiOutputs): SignIn {
  return { authority: Issuer, clientId: ClientId, signOutUrl: `${SignInUrl}/logout` };
}

/**
 * Puts the dashboard's files where CloudFront finds them. Assets of earlier builds stay: a page that is open somewhere may still load them.
 */
export async function uploadDashboard(
  files: readonly DashboardFile[],
  outputs: ApiOutputs,
  region: string,
): Promise<void> {
  const s3 = new S3Client({ region });
  const signIn = signInOf(outputs);
  for (const file of files) {
    const { key: Key, contentType: ContentType, cacheControl: CacheControl } = file;
    const Body = bodyOf(file, signIn);
    await s3.send(new PutObjectCommand({ Bucket: outputs.FilesBucket, Key, Body, ContentType, CacheControl }));
  }
  const Paths = { Quantity: 1, Items: ['/index.html'] };
  const cloudfront = new CloudFrontClient({ region });
  const InvalidationBatch = { CallerReference: String(Date.now()), Paths };
  await cloudfront.send(new CreateInvalidationCommand({ DistributionId: outputs.DistributionId, InvalidationBatch }));
}

/** A bucket is deleted only when nothing is in it. Of this one the build makes everything again. @returns how many files there were. */
export async function emptyDashboard(bucket: string, region: string): Promise<number> {
  const s3 = new S3Client({ region });
  let removed = 0;
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (Objects.length === 0) return removed;
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    removed += Objects.length;
  }
}
