import { runInNewContext } from 'node:vm';
import { frontDoor } from '@rollcall/infra/front-door';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Cloud } from './start-cloud.ts';
import { clientId } from './token-issuer.ts';

/** What comes to the API from outside. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const Values = z.record(z.string(), z.object({ value: z.string() }));
/** What a CloudFront function answers: the request as it goes on, or what the caller gets. */
const AtTheDoor = z.union([
  z.object({ uri: z.string(), headers: Values }),
  z.object({ statusCode: z.int(), headers: Values, body: z.object({ data: z.string() }) }),
]);

/** What API Gateway takes from a function. */
const FunctionAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.boolean(),
});

/**
 * A request as CloudFront hands it on: its function runs, and the secret of the origin is put over what came.
 * Source: "CloudFront Functions event structure" and "Add custom headers to origin requests", CloudFront developer guide.
 * @param from address of the caller
 * @param secret that CloudFront shows
 */
export async function throughCloudFront(
  cloud: Cloud,
  request: HttpRequest,
  from: string,
  secret = cloud.secrets.values[0] ?? '',
): Promise<HttpAnswer> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, { value }]));
  const event = { viewer: { ip: from }, request: { method: request.method, uri: request.path, headers } };
  const text = runInNewContext(`${frontDoor}; JSON.stringify(handler(event))`, { event });
  const next = AtTheDoor.parse(JSON.parse(text));
  if ('statusCode' in next) return { status: next.statusCode, headers: plain(next.headers), text: next.body.data };
  const onward = { ...plain(next.headers), 'x-rollcall-front-door': secret };
  return throughGateway(cloud, { ...request, path: next.uri, headers: onward });
}

/**
 * A request as API Gateway hands it on, by the routes of the template.
 * Source: "Payload format version 2.0" and "JWT authorizers", API Gateway developer guide.
 */
export async function throughGateway(cloud: Cloud, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path: rawPath, headers, body, isBase64Encoded } = request;
  if (rawPath.startsWith('/v1/') && !(await hasToken(cloud, headers['authorization']))) {
    return { status: 401, headers: { 'content-type': 'application/json' }, text: '{"message":"Unauthorized"}' };
  }
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: request.query,
    headers: { ...headers, host: 'api.execute-api.eu-central-1.amazonaws.com', 'x-forwarded-for': '130.176.0.1' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'api',
      // An address of CloudFront’s.
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '130.176.0.1', userAgent: 'Amazon CloudFront' },
      requestId: 'gateway-request',
      routeKey: '$default',
      stage: '$default',
      time: '05/Jan/2026:07:00:00 +0000',
      timeEpoch: 1_767_596_400_000,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  };
  // "Lambda quotas": the payload of an invocation.
  if (Buffer.byteLength(JSON.stringify(event)) > 6 * 1024 * 1024) {
    return {
      status: 413,
      headers: { 'content-type': 'application/json' },
      text: '{"message":"Request Entity Too Large"}',
    };
  }
  const answer = await cloud.invoke('api', event);
  const answered = FunctionAnswer.parse(answer);
  const text = answered.isBase64Encoded ? Buffer.from(answered.body, 'base64').toString() : answered.body;
  return { status: answered.statusCode, headers: answered.headers, text };
}

/** The JWT authorizer: issuer, signature and time, then `aud` or, where there is none, `client_id`, then the scope. */
async function hasToken(cloud: Cloud, authorization = ''): Promise<boolean> {
  try {
    const token = authorization.replace(/^Bearer /, '');
    const { payload } = await jwtVerify(token, cloud.issuer.publicKey, { issuer: cloud.issuer.issuer });
    const {
      aud,
      client_id,
      scope = '',
    } = z
      .looseObject({ aud: z.string().optional(), client_id: z.string(), scope: z.string().optional() })
      .parse(payload);
    return (aud ?? client_id) === clientId && scope.split(' ').includes('openid');
  } catch {
    return false;
  }
}

function plain(headers: z.output<typeof Values>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
}
