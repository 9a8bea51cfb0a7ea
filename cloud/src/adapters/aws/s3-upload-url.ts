import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { UploadTarget } from '../../ports/image-store.ts';

/** Kept with an uploaded picture: how large it may be. */
const maxBytesName = 'max-bytes';

/**
 * A presigned PUT of one picture. The caller sends the headers as they are, for they are signed: S3 answers 412 when there is a
 * picture already, also to the same again. It cannot bound the size; the limit goes with the picture for who reads it first.
 * @param at.expiresAt ms since the epoch, as `at.now`.
 */
export async function uploadUrl(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  at: { readonly now: number; readonly expiresAt: number; readonly maxBytes: number },
): Promise<UploadTarget> {
  const headers = {
    'content-type': 'image/jpeg',
    'if-none-match': '*',
    [`x-amz-meta-${maxBytesName}`]: String(at.maxBytes),
  };
  const request = new PutObjectCommand({
    ...object,
    ContentType: headers['content-type'],
    IfNoneMatch: headers['if-none-match'],
    Metadata: { [maxBytesName]: String(at.maxBytes) },
  });
  const names = new Set(Object.keys(headers));
  // What is over already is signed for a second that is past.
  const expiresIn = Math.max(1, Math.floor((at.expiresAt - at.now) / 1000));
  const signingDate = new Date(at.expiresAt - expiresIn * 1000);
  const sign = { expiresIn, signingDate, signableHeaders: names, unhoistableHeaders: names };
  return { url: await getSignedUrl(client, request, sign), method: 'PUT', headers };
}

/** Bytes that the URL of an uploaded picture allowed; undefined for one that did not come by a URL. */
export function maxBytesOf(metadata: Readonly<Record<string, string>> = {}): number | undefined {
  const maxBytes = metadata[maxBytesName];
  return maxBytes === undefined ? undefined : Number(maxBytes);
}
