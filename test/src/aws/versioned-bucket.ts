import { createHash } from 'node:crypto';
import { type Answer, type Asked, ask, type Meddling } from './meddling-proxy.ts';
import { isPresigned, presignedFault } from './presigned-request.ts';

interface Version {
  readonly key: string;
  readonly id: string;
  readonly isMark: boolean;
}

/**
 * What fauxqs lacks of a versioned bucket, between it and its client: versions, conditional puts, checksums that are compared, and
 * signatures of presigned URLs. Pictures themselves are kept by fauxqs.
 */
export class VersionedBucket implements Meddling {
  readonly #upstream: string;
  readonly #bucket: string;
  readonly #now: () => number;
  /** Versions that a page of a list has. Real ones have 1,000; few show whether all pages are read. */
  readonly #pageSize = 2;
  /** Newest first, as S3 lists the versions of a key. */
  #versions: Version[] = [];
  #count = 0;

  constructor(upstream: string, bucket: string, now: () => number) {
    this.#upstream = upstream;
    this.#bucket = bucket;
    this.#now = now;
  }

  /** Versions and marks of deletion that are there, in order of their keys. */
  get keys(): readonly string[] {
    return this.#sorted().map(({ key }) => key);
  }

  /** Deletes as a person in the console does: a mark hides the picture. */
  async mark(key: string): Promise<void> {
    this.#versions.unshift({ key, id: this.#newId(), isMark: true });
    await this.#remove(key);
  }

  before(asked: Asked): Promise<Answer | undefined> | Answer | undefined {
    const { pathname, searchParams } = new URL(asked.url, 'http://s3');
    const fault = isPresigned(asked) ? presignedFault(asked, this.#now()) : undefined;
    if (fault) return refusal(403, 'AccessDenied', fault);
    if (asked.method === 'GET' && searchParams.has('versions')) return this.#list(searchParams);
    if (asked.method === 'POST' && searchParams.has('delete')) return this.#deleteVersions(asked.body.toString());
    return asked.method === 'PUT' ? this.#putFault(asked, this.#keyOf(pathname)) : undefined;
  }

  after(asked: Asked, answer: Answer): Answer {
    const key = this.#keyOf(new URL(asked.url, 'http://s3').pathname);
    if (asked.method !== 'PUT' || key === '' || answer.status !== 200) return answer;
    const version = { key, id: this.#newId(), isMark: false };
    this.#versions.unshift(version);
    return { ...answer, headers: { ...answer.headers, 'x-amz-version-id': version.id } };
  }

  #putFault({ headers, body }: Asked, key: string): Answer | undefined {
    const newest = this.#versions.find((version) => version.key === key);
    if (headers['if-none-match'] === '*' && newest && !newest.isMark) {
      return refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
    }
    const checksum = headers['x-amz-checksum-sha256'];
    const isIntact = !checksum || checksum === createHash('sha256').update(body).digest('base64');
    return isIntact ? undefined : refusal(400, 'BadDigest', 'The SHA256 you specified did not match');
  }

  #list(parameters: URLSearchParams): Answer {
    const [prefix, afterKey, afterId] = ['prefix', 'key-marker', 'version-id-marker'].map(
      (n) => parameters.get(n) ?? '',
    );
    const all = this.#sorted().filter(({ key }) => key.startsWith(prefix ?? ''));
    const from = afterKey
      ? all.findIndex(({ key, id }) => key > afterKey || (key === afterKey && id < (afterId ?? '')))
      : 0;
    const rest = from < 0 ? [] : all.slice(from);
    const page = rest.slice(0, this.#pageSize);
    const last = page.at(-1);
    const entries = page.map((version) => {
      const isLatest = this.#versions.find(({ key }) => key === version.key) === version;
      const tag = version.isMark ? 'DeleteMarker' : 'Version';
      return `<${tag}><Key>${version.key}</Key><VersionId>${version.id}</VersionId><IsLatest>${isLatest}</IsLatest></${tag}>`;
    });
    const isTruncated = rest.length > page.length;
    const next =
      isTruncated && last
        ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`
        : '';
    const body = `<ListVersionsResult><IsTruncated>${isTruncated}</IsTruncated>${next}${entries.join('')}</ListVersionsResult>`;
    return { status: 200, headers: xml, body };
  }

  async #deleteVersions(body: string): Promise<Answer> {
    for (const [, key = '', id = ''] of body.matchAll(/<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId>/g)) {
      this.#versions = this.#versions.filter((version) => version.key !== key || version.id !== id);
      if (!this.#versions.some((version) => version.key === key)) await this.#remove(key);
    }
    return { status: 200, headers: xml, body: '<DeleteResult/>' };
  }

  async #remove(key: string): Promise<void> {
    await ask(this.#upstream, { method: 'DELETE', url: `/${this.#bucket}/${key}`, headers: {}, body: Buffer.of() });
  }

  /** By key; the versions of a key newest first. */
  #sorted(): Version[] {
    return this.#versions.toSorted((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  }

  #keyOf(pathname: string): string {
    const folder = `/${this.#bucket}/`;
    return pathname.startsWith(folder) ? pathname.slice(folder.length) : '';
  }

  /** Later ones are greater. */
  #newId(): string {
    return String(++this.#count).padStart(8, '0');
  }
}

const xml = { 'content-type': 'application/xml' };

function refusal(status: number, code: string, message: string): Answer {
  return { status, headers: xml, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}
