import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { securityHeaders } from './security-headers.ts';

/** Names with a hash of their content never change. */
const hashed = /^\/assets\//;

/**
 * The dashboard's files, from `root` as `vite build` left them. A path that is no file is a page of the dashboard, which its own router
 * opens; a missing asset is a 404, not a page.
 */
export function dashboardFiles(root: string, publicUrl: string): Hono {
  const files = new Hono();
  files.use(securityHeaders(publicUrl));
  files.use(compress());
  files.use(async (c, next) => {
    await next();
    const forever = hashed.test(c.req.path) && c.res.ok;
    c.header('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
  });
  files.get('*', serveStatic({ root }));
  files.get('/assets/*', (c) => c.notFound());
  files.get('*', serveStatic({ root, path: 'index.html' }));
  return files;
}
