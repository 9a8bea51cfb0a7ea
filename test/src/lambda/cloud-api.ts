import { z } from 'zod';
import type { Cloud } from './start-cloud.ts';

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

/** Credentials of a caller: headers of a request. */
export type Caller = Readonly<Record<string, string>>;

/** What API Gateway takes from a function. */
const HttpResult = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.boolean(),
});

/**
 * A request to the API's bundle, wrapped as API Gateway does.
 * Source: "Payload format version 2.0", API Gateway developer guide.
 */
export async function askApi<Body>(
  cloud: Cloud,
  caller: Caller,
  method: string,
  path: string,
  input?: Uint8Array | object,
): Promise<ApiAnswer<Body>> {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const isPicture = input instanceof Uint8Array;
  const type = isPicture ? 'image/jpeg' : 'application/json';
  const bytes = isPicture ? Buffer.from(input) : Buffer.from(JSON.stringify(input ?? {}));
  const headers = {
    ...caller,
    host: 'rollcall.example',
    ...(input && { 'content-type': type, 'content-length': String(bytes.length) }),
  };
  const result = await cloud.invoke('api', {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'rollcall.example',
      domainPrefix: 'rollcall',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'gateway-request',
      routeKey: '$default',
      stage: '$default',
      time: '05/Jan/2026:07:00:00 +0000',
      timeEpoch: 1_767_596_400_000,
    },
    ...(input && { body: isPicture ? bytes.toString('base64') : bytes.toString() }),
    isBase64Encoded: isPicture,
  });
  const { statusCode, headers: answered, body, isBase64Encoded } = HttpResult.parse(result);
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  const isJson = answered['content-type']?.includes('json');
  return { status: statusCode, headers: answered, body: isJson ? JSON.parse(text) : text };
}
