import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-env.ts';
import { nameSchemas, withReferences } from './schema-names.ts';

/**
 * Serves the description of `api` at `/openapi.json` (OpenAPI 3.1), and at `/docs` a page to browse it with nothing from elsewhere.
 * @param docsFolder the folder of `docsAssets`.
 */
export function serveDescription(api: OpenAPIHono<ApiEnv>, docsFolder = installedDocs): void {
  nameSchemas(api.openAPIRegistry);
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the OpenID provider at /oidc',
  });
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'A key made under /v1/api-keys',
  });
  let described: string | undefined;
  api.get('/openapi.json', (c) => {
    described ??= JSON.stringify(describe(api));
    return c.body(described, 200, { 'Content-Type': 'application/json' });
  });
  api.get('/docs', (c) => c.html(page));
  api.get('/docs/start.js', (c) => c.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  for (const [file, type] of Object.entries(docsAssets)) {
    api.get(`/docs/${file}`, async (c) => {
      const body = new Uint8Array(await readFile(join(docsFolder(), file)));
      return c.body(body, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=3600' });
    });
  }
}

function describe(api: OpenAPIHono<ApiEnv>): object {
  const whole = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Rollcall',
      version: '1',
      description:
        'Who was where, and when. Everything belongs to the organization of the caller. Errors are RFC 9457 problems with a stable ' +
        '`code`. Lists take `limit` and `cursor` and answer `items` and `nextCursor`. `POST` takes `Idempotency-Key`: the same key with ' +
        'the same body gets the same answer for 24 hours. Instants are RFC 3339 in UTC, days are local to the site.',
    },
    servers: [{ url: '/' }],
  });
  const spelledOut = whole.components?.schemas ?? {};
  const schemas = Object.fromEntries(
    Object.entries(spelledOut).map(([name, schema]) => [name, withReferences(schema, spelledOut)]),
  );
  return { ...whole, paths: withReferences(whole.paths, spelledOut), components: { ...whole.components, schemas } };
}

/** Where Swagger UI was installed. Looked for when it is needed: a bundle of this code has its own folder. */
export function installedDocs(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}

/** What the page needs of Swagger UI, by file name. */
export const docsAssets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollcall API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="description"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#description', deepLinking: true, validatorUrl: null });
`;
