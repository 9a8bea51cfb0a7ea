/** What of the one origin the API answers: a pattern of CloudFront, and the routes of API Gateway below it. */
export const apiPaths = [
  { pattern: '/v1/*', routes: ['ANY /v1/{proxy+}'] },
  { pattern: '/docs*', routes: ['GET /docs', 'GET /docs/{proxy+}'] },
  { pattern: '/openapi.json', routes: ['GET /openapi.json'] },
  { pattern: '/healthz', routes: ['GET /healthz'] },
  { pattern: '/readyz', routes: ['GET /readyz'] },
] as const;
