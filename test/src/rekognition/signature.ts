import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from './service-error.ts';

/** A key pair as IAM gives out. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Checks the signature of a request, in the header. Source: "Signing AWS API requests", Signature Version 4.
 * @throws ServiceError as AWS answers.
 */
export function checkSignature(request: IncomingMessage, body: Buffer, key: AccessKey): void {
  const header = request.headers.authorization;
  if (!header) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const { Credential = '', SignedHeaders = '', Signature = '' } = partsOf(header);
  const [accessKeyId, date = '', region = '', service = '', end] = Credential.split('/');
  if (accessKeyId !== key.accessKeyId) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const names = SignedHeaders.split(';');
  const wrong = new ServiceError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided.',
  );
  if (service !== 'rekognition' || end !== 'aws4_request' || !names.includes('host')) throw wrong;
  const canonical = [
    request.method,
    request.url,
    '',
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}`,
    ),
    '',
    SignedHeaders,
    sha256(body),
  ].join('\n');
  const time = String(request.headers['x-amz-date'] ?? '');
  const toSign = ['AWS4-HMAC-SHA256', time, `${date}/${region}/${service}/${end}`, sha256(canonical)].join('\n');
  const signingKey = [date, region, service, end].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${key.secretAccessKey}`,
  );
  const expected = hmac(signingKey, toSign);
  const given = Buffer.from(Signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw wrong;
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…` */
function partsOf(header: string): Record<string, string | undefined> {
  const pairs = header
    .slice(header.indexOf(' ') + 1)
    .split(',')
    .map((part) => part.trim().split('=', 2));
  return Object.fromEntries(pairs.map(([name = '', value]) => [name, value]));
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
