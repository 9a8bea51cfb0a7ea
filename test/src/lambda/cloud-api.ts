import { throughCloudFront } from './front-door.ts';
import type { Cloud } from './start-cloud.ts';

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

/** Credentials of a caller: headers of a request. */
export type Caller = Readonly<Record<string, string>>;

/** A request to the API’s bundle, by CloudFront and API Gateway. @param from the caller’s address */
export async function askApi<Body>(
  cloud: Cloud,
  caller: Caller,
  method: string,
  path: string,
  input?: Uint8Array | object,
  from = '192.0.2.1',
): Promise<ApiAnswer<Body>> {
  const [rawPath = '', query = ''] = path.split('?');
  const isPicture = input instanceof Uint8Array;
  const type = isPicture ? 'image/jpeg' : 'application/json';
  const bytes = isPicture ? Buffer.from(input) : Buffer.from(JSON.stringify(input ?? {}));
  const headers = {
    ...caller,
    host: 'rollcall.example',
    ...(input && { 'content-type': type, 'content-length': String(bytes.length) }),
  };
  const body = input && { body: isPicture ? bytes.toString('base64') : bytes.toString() };
  const request = { method, path: rawPath, query, headers, ...body, isBase64Encoded: isPicture };
  const { status, headers: answered, text } = await throughCloudFront(cloud, request, from);
  return { status, headers: answered, body: answered['content-type']?.includes('json') ? JSON.parse(text) : text };
}
