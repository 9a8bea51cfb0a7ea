import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardFiles } from './dashboard-files.ts';

describe('the dashboard’s files', () => {
  let root: string;
  let app: Hono;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'rollcall-files-'));
    await mkdir(join(root, 'assets'));
    await writeFile(join(root, 'index.html'), '<title>Rollcall</title>');
    await writeFile(join(root, 'assets', 'app-1a2b.js'), 'export {};');
    app = dashboardFiles(root, 'http://127.0.0.1:8080');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('open every page of the dashboard with the same document, asked for anew each time', async () => {
    for (const path of ['/', '/people', '/people/01HZY?tab=photos', '/kiosk']) {
      const response = await app.request(path);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<title>Rollcall</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('may be kept for ever when their name says what they are', async () => {
    const response = await app.request('/assets/app-1a2b.js');
    expect(response.headers.get('content-type')).toContain('javascript');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  it('are missing, not a page, when an asset of an older build is asked for', async () => {
    const response = await app.request('/assets/app-0000.js');
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('never lead out of their folder', async () => {
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd']) {
      const response = await app.request(path);
      expect(await response.text()).not.toContain('root:');
    }
  });

  it('come with the security headers of the API', async () => {
    const response = await app.request('/');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });
});
