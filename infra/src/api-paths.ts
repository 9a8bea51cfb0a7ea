import { keyPrefix } from '@rollcall/cloud/front-door';

/** Requests a second, and how many at once, of the whole deployment; over it callers get 429. */
export interface Throttle {
  readonly ThrottlingRateLimit: number;
  readonly ThrottlingBurstLimit: number;
}

/** A route of API Gateway. */
export interface ApiRoute {
  readonly key: string;
  /** What lets somebody in: a token, which API Gateway checks too, an API key, which the application checks, or nothing. */
  readonly by: 'token' | 'key' | 'nothing';
  readonly throttle: Throttle;
}

const at = (rate: number): Throttle => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: 2 * rate });
/** Pages that people open now and then, and checks of whoever watches. */
const open = (key: string): ApiRoute => ({ key, by: 'nothing', throttle: at(20) });

/** What of the one origin the API answers: a pattern of CloudFront, and the routes of API Gateway below it. A route that is not here is nowhere. */
export const apiPaths: readonly { readonly pattern: string; readonly routes: readonly ApiRoute[] }[] = [
  {
    pattern: '/v1/*',
    routes: [
      { key: 'ANY /v1/{proxy+}', by: 'token', throttle: at(500) },
      // Kiosks and scripts. CloudFront sends here what carries a key.
      { key: `ANY ${keyPrefix}/v1/{proxy+}`, by: 'key', throttle: at(300) },
    ],
  },
  { pattern: '/docs*', routes: [open('GET /docs'), open('GET /docs/{proxy+}')] },
  { pattern: '/openapi.json', routes: [open('GET /openapi.json')] },
  { pattern: '/healthz', routes: [open('GET /healthz')] },
  { pattern: '/readyz', routes: [open('GET /readyz')] },
];
