import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Unavailable } from '@rollcall/kit/app-error';

/**
 * Deletes every version, and every mark of an earlier deletion, of the keys that begin with `prefix` and are meant; page by page,
 * so that a folder of any size can be deleted. S3 lists keys in order, so `isMeant` may end the walk with the first that is not.
 * @returns how many of the keys had a picture.
 */
export async function deleteVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
  isMeant: (key: string) => boolean,
): Promise<number> {
  let pictures = 0;
  let after: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const list = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...after });
    const page: ListObjectVersionsCommandOutput = await client.send(list);
    const versions = (page.Versions ?? []).filter(({ Key = '' }) => isMeant(Key));
    const marks = (page.DeleteMarkers ?? []).filter(({ Key = '' }) => isMeant(Key));
    await deleteAll(client, bucket, [...versions, ...marks]);
    // Of a key that the page before began with, the newest is gone by now, and another looks like the latest.
    pictures += versions.filter(({ Key, IsLatest }) => IsLatest && Key !== after.KeyMarker).length;
    if (!page.IsTruncated || !isMeant(page.NextKeyMarker ?? '')) return pictures;
    after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

interface Version {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** @param versions those of a page: at most 1,000, as many as S3 deletes at once. */
async function deleteAll(client: S3Client, bucket: string, versions: readonly Version[]): Promise<void> {
  if (versions.length === 0) return;
  const Objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const { Errors: failures = [] } = await client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  );
  const [first] = failures;
  if (!first) return;
  const of = `${failures.length} of ${versions.length} versions in S3 bucket ${bucket}`;
  throw new Unavailable(`${of} were not deleted (${first.Code}: ${first.Message}): delete them again`);
}
