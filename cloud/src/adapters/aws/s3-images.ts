import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { InvalidInput, NotFound } from '@rollcall/kit/app-error';
import { type Clock, systemClock } from '@rollcall/kit/clock';
import type { ImageKey, ImageStore, UploadTarget } from '../../ports/image-store.ts';
import { checkImageKey } from '../image-key.ts';
import { awsError } from './aws-error.ts';
import { maxBytesOf, uploadUrl } from './s3-upload-url.ts';
import { deleteVersions } from './s3-versions.ts';

export interface S3ImagesOptions {
  /** Made with `awsClientSettings` and `s3Checksums`; ended by who made it. */
  readonly client: S3Client;
  readonly bucket: string;
  /** ARN of the KMS key for what is put here. What is uploaded gets the bucket's. @default the bucket's */
  readonly kmsKeyArn?: string;
  /** @default the system's */
  readonly clock?: Clock;
}

/**
 * For the client: a checksum only where one is given or required. By default the SDK signs the checksum of an empty body into upload
 * URLs, and S3 refuses every picture there.
 */
export const s3Checksums = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;

/**
 * Pictures in one versioned S3 bucket, encrypted by KMS. What is deleted is gone with all its versions.
 * Needs s3:GetObject, PutObject and DeleteObjectVersion on the pictures; s3:ListBucket (without it S3 answers 403 for what is not
 * there) and ListBucketVersions on the bucket; kms:GenerateDataKey and Decrypt on the key.
 */
export class S3Images implements ImageStore {
  readonly #options: S3ImagesOptions;
  readonly #clock: Clock;

  constructor(options: S3ImagesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** S3 compares the checksum before it answers. */
  async put(key: ImageKey, image: Uint8Array): Promise<void> {
    const { client, kmsKeyArn } = this.#options;
    const request = new PutObjectCommand({
      ...this.#object(key),
      ...(kmsKeyArn && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn, BucketKeyEnabled: true }),
      Body: image,
      ContentType: 'image/jpeg',
      ChecksumSHA256: createHash('sha256').update(image).digest('base64'),
    });
    await this.#answer(() => client.send(request));
  }

  /** What does not fit its checksum is Unavailable, not a picture. */
  async get(key: ImageKey): Promise<Uint8Array | undefined> {
    const request = new GetObjectCommand({ ...this.#object(key), ChecksumMode: 'ENABLED' });
    return this.#found(async () => (await this.#options.client.send(request)).Body?.transformToByteArray());
  }

  async delete(key: ImageKey): Promise<void> {
    checkImageKey(key);
    const { client, bucket } = this.#options;
    await this.#answer(() => deleteVersions(client, bucket, key, (found) => found === key));
  }

  async deletePrefix(prefix: string): Promise<number> {
    const folder = prefix.replace(/\/$/, '');
    checkImageKey(folder);
    const { client, bucket } = this.#options;
    return this.#answer(() => deleteVersions(client, bucket, `${folder}/`, () => true));
  }

  /** S3's own address. Its size is bounded by `checkUpload`, after the fact. */
  async uploadUrl(
    key: ImageKey,
    options: { readonly expiresAt: number; readonly maxBytes: number },
  ): Promise<UploadTarget> {
    const object = this.#object(key);
    return this.#answer(() => uploadUrl(this.#options.client, object, { ...options, now: this.#clock.now() }));
  }

  /**
   * To be asked before an uploaded picture is read: one that is larger than its URL allowed is deleted.
   * @returns whether it came by a URL, and was not put. @throws NotFound; InvalidInput `too-large`
   */
  async checkUpload(key: ImageKey): Promise<boolean> {
    const request = new HeadObjectCommand(this.#object(key));
    const head = await this.#found(() => this.#options.client.send(request));
    if (!head) throw new NotFound(`no picture at ${key}`);
    const maxBytes = maxBytesOf(head.Metadata);
    if (maxBytes === undefined) return false;
    const bytes = head.ContentLength ?? 0;
    if (bytes <= maxBytes) return true;
    await this.delete(key);
    throw new InvalidInput(`expected a picture of at most ${maxBytes} bytes, got ${bytes}`, { code: 'too-large' });
  }

  #object(key: ImageKey) {
    checkImageKey(key);
    return { Bucket: this.#options.bucket, Key: key };
  }

  #found<T>(ask: () => Promise<T>): Promise<T | undefined> {
    return this.#answer(async () => {
      try {
        return await ask();
      } catch (error) {
        // To a HEAD, S3 can only answer the status.
        if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')) return undefined;
        throw error;
      }
    });
  }

  async #answer<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw awsError(error, `S3 bucket ${this.#options.bucket}`);
    }
  }
}
