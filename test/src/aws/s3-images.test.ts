import { createHash } from 'node:crypto';
import { S3Images } from '@rollcall/cloud/adapters/aws/s3-images';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Asked, Meddling } from './meddling-proxy.ts';
import { startS3 } from './start-s3.ts';

const image = Uint8Array.from({ length: 256 }, (_, n) => n);
const kmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/pictures';

describe('S3Images', () => {
  let s3: Awaited<ReturnType<typeof startS3>>;
  let images: S3Images;

  beforeAll(async () => {
    s3 = await startS3();
    images = new S3Images({ client: s3.client, bucket: s3.bucket, kmsKeyArn });
  });
  afterEach(() => {
    s3.proxy.meddling = s3.versions;
  });
  afterAll(() => s3.close());

  /** One try, and little patience. */
  function impatient(): S3Images {
    return new S3Images({ client: s3.clientOf({ maxAttempts: 1, requestTimeoutMs: 200 }), bucket: s3.bucket });
  }

  function meddle(meddling: Meddling): void {
    s3.proxy.meddling = meddling;
  }

  const keysAt = (prefix: string) => s3.versions.keys.filter((key) => key.startsWith(prefix));

  it('deletes a picture with all its versions, and nothing that begins like it', async () => {
    for (const key of ['main/a/1', 'main/a/1', 'main/a/1', 'main/a/1.jpg', 'main/a/10']) await images.put(key, image);
    await s3.versions.mark('main/a/1');
    await images.put('main/a/1', image);
    await images.delete('main/a/1');
    expect(keysAt('main/a')).toEqual(['main/a/1.jpg', 'main/a/10']);
    expect(await images.get('main/a/1.jpg')).toHaveLength(256);
  });

  it('deletes a folder page by page with all versions, and counts the pictures that could be seen', async () => {
    for (const key of ['main/f/1', 'main/f/1', 'main/f/2', 'main/f/deep/3', 'main/f/4']) await images.put(key, image);
    await s3.versions.mark('main/f/4');
    await images.put('main/f1/1', image);
    expect(await images.deletePrefix('main/f')).toBe(3);
    expect(keysAt('main/f')).toEqual(['main/f1/1']);
  });

  it('puts with its key and a checksum that S3 compares', async () => {
    const puts: Asked[] = [];
    meddle({ before: (asked) => void puts.push(asked) });
    await images.put('main/k/1', image);
    expect(puts[0]?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn,
      'x-amz-server-side-encryption-bucket-key-enabled': 'true',
      'x-amz-checksum-sha256': createHash('sha256').update(image).digest('base64'),
    });
    meddle({ before: (asked) => s3.versions.before({ ...asked, body: Buffer.of(9) }) });
    await expect(impatient().put('main/k/2', image)).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it('gives no picture that does not fit its checksum', async () => {
    await images.put('main/d/1', image);
    meddle({ after: (_, answer) => ({ ...answer, body: Buffer.alloc(256) }) });
    await expect(impatient().get('main/d/1')).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it.each<[string, (url: URL, headers: Record<string, string>) => void]>([
    ['another key', (url) => (url.pathname += 'x')],
    ['a longer time', (url) => url.searchParams.set('X-Amz-Expires', '999')],
    ['a larger picture', (_, headers) => (headers['x-amz-meta-max-bytes'] = '99999999')],
    ['writing over', (_, headers) => delete headers['if-none-match']],
    ['another type', (_, headers) => (headers['content-type'] = 'text/html')],
    ['more than was signed', (_, headers) => (headers['x-amz-acl'] = 'public-read')],
  ])('gives an upload URL that cannot be bent to %s', async (_what, bend) => {
    const target = await images.uploadUrl('main/u/1', { expiresAt: Date.now() + 60_000, maxBytes: 256 });
    const [url, headers] = [new URL(target.url), { ...target.headers }];
    bend(url, headers);
    expect((await fetch(url, { method: 'PUT', headers, body: image })).status).toBe(403);
    expect(keysAt('main/u')).toEqual([]);
  });

  it('says whether a picture was uploaded, and leaves nothing of one that was too large', async () => {
    await images.put('main/c/1', image);
    expect(await images.checkUpload('main/c/1')).toBe(false);
    await expect(images.checkUpload('main/c/none')).rejects.toMatchObject({ code: 'not-found' });
    const grant = { expiresAt: Date.now() + 60_000, maxBytes: 200 };
    const { url, headers } = await images.uploadUrl('main/c/2', grant);
    expect((await fetch(url, { method: 'PUT', headers, body: image.subarray(0, 200) })).status).toBe(200);
    expect(await images.checkUpload('main/c/2')).toBe(true);
    const second = await images.uploadUrl('main/c/3', grant);
    expect((await fetch(second.url, { method: 'PUT', headers: second.headers, body: image })).status).toBe(200);
    await expect(images.checkUpload('main/c/3')).rejects.toMatchObject({ code: 'too-large' });
    expect(keysAt('main/c')).toEqual(['main/c/1', 'main/c/2']);
  });

  it('does not count as deleted what S3 did not delete', async () => {
    await images.put('main/e/1', image);
    const failure = '<Error><Key>main/e/1</Key><Code>InternalError</Code><Message>again</Message></Error>';
    const refused = { status: 200, body: `<DeleteResult>${failure}</DeleteResult>` };
    meddle({ before: (asked) => (asked.url.includes('?delete') ? refused : s3.versions.before(asked)) });
    await expect(images.delete('main/e/1')).rejects.toMatchObject({ name: 'Unavailable' });
    await expect(images.deletePrefix('main/e')).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it.each<[string, Meddling, string]>([
    ['throttles', { before: () => error(503, 'SlowDown') }, 'Unavailable'],
    ['fails', { before: () => error(500, 'InternalError') }, 'Unavailable'],
    ['says nothing', { before: () => 'silence' }, 'Unavailable'],
    ['hangs up', { after: () => 'lost' }, 'Unavailable'],
    ['denies', { before: () => error(403, 'AccessDenied') }, 'Misconfigured'],
    ['has no such bucket', { before: () => error(404, 'NoSuchBucket') }, 'Misconfigured'],
    ['cannot use the key', { before: () => error(400, 'KMS.DisabledException') }, 'Misconfigured'],
  ])('says what is wrong when S3 %s', async (_what, meddling, name) => {
    meddle(meddling);
    // Clients of their own: one that was throttled waits before it asks again.
    await expect(impatient().get('main/x')).rejects.toMatchObject({ name });
    await expect(impatient().put('main/x', image)).rejects.toMatchObject({ name });
    await expect(impatient().delete('main/x')).rejects.toMatchObject({ name });
    await expect(impatient().deletePrefix('main/x')).rejects.toMatchObject({ name });
  });

  it('does not wait for ever for a picture that stops coming', async () => {
    await images.put('main/w/1', image);
    meddle({ after: (_, answer) => ({ ...answer, headers: { ...answer.headers, 'content-length': '512' } }) });
    await expect(impatient().get('main/w/1')).rejects.toMatchObject({ name: 'Unavailable' });
  });
});

function error(status: number, code: string) {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<Error><Code>${code}</Code></Error>` };
}
