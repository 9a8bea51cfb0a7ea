import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Asked } from './meddling-proxy.ts';
import { testAccount } from './test-credentials.ts';

/** How far ahead of S3's clock a request may be dated, ms. */
const maxSkewMs = 15 * 60_000;

/** Whether the request is signed in its address. */
export function isPresigned({ url }: Asked): boolean {
  return url.includes('X-Amz-Signature=');
}

/**
 * What S3 has against a presigned request; undefined when nothing. Computed from the specification, not by the SDK.
 * Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", Amazon S3 API reference.
 * @param now ms since the epoch.
 */
export function presignedFault({ method, url, headers }: Asked, now: number): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const parameter = (name: string) => searchParams.get(`X-Amz-${name}`) ?? '';
  const signedAt = Date.parse(parameter('Date').replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (!(signedAt <= now + maxSkewMs)) return 'Request is not yet valid';
  if (signedAt + Number(parameter('Expires')) * 1000 <= now) return 'Request has expired';
  const signed = parameter('SignedHeaders').split(';');
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (unsigned.length > 0) return `There were headers present in the request which were not signed: ${unsigned.join()}`;
  const canonical = [
    method,
    pathname,
    canonicalQuery(searchParams),
    ...signed.map((name) => `${name}:${headers[name]?.trim() ?? ''}`),
    '',
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const expected = signature(canonical, parameter('Date'), parameter('Credential'));
  const given = Buffer.from(parameter('Signature'), 'hex');
  const matches = given.length === expected.length && timingSafeEqual(given, expected);
  return matches ? undefined : 'The request signature we calculated does not match the signature you provided';
}

function canonicalQuery(parameters: URLSearchParams): string {
  const pairs = [...parameters].filter(([name]) => name !== 'X-Amz-Signature');
  const encoded = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return encoded.sort().join('&');
}

/** RFC 3986: all but the unreserved. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signature(canonical: string, date: string, credential: string): Buffer {
  const [, ...scope] = credential.split('/');
  const hash = createHash('sha256').update(canonical).digest('hex');
  let key: Buffer | string = `AWS4${testAccount.credentials.secretAccessKey}`;
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', date, scope.join('/'), hash].join('\n'))
    .digest();
}
