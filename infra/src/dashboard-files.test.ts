import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bodyOf, dashboardFiles, withSignIn } from './dashboard-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-dashboard-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<html><head><title>x</title></head></html>');
writeFileSync(join(folder, 'assets', 'index-abc123.js'), '1');
writeFileSync(join(folder, 'icon.svg'), '<svg/>');

const signIn = {
  authority: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc',
  clientId: 'client&"<',
  signOutUrl: 'https://rollcall-1.auth.eu-west-1.amazoncognito.com/logout',
};

describe('the dashboard’s files', () => {
  it('are put with pages last, and with assets kept for ever by browsers', () => {
    expect(
      dashboardFiles(folder).map(({ key, contentType, cacheControl }) => [key, contentType, cacheControl]),
    ).toEqual([
      ['assets/index-abc123.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['icon.svg', 'image/svg+xml', 'no-cache'],
      ['index.html', 'text/html; charset=utf-8', 'no-cache'],
    ]);
  });

  it('tell the page where people sign in, and change nothing else', () => {
    const [script, , page] = dashboardFiles(folder).map((file) => Buffer.from(bodyOf(file, signIn)).toString());
    expect(script).toBe('1');
    const [, content = ''] = /<meta name="rollcall-sign-in" content="([^"]*)" \/>/.exec(page ?? '') ?? [];
    const told = content.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    expect(JSON.parse(told)).toEqual(signIn);
    expect(page).toContain('<title>x</title>');
  });

  it('are refused when the page has no head', () => {
    expect(() => withSignIn('<html></html>', signIn)).toThrow(/head/);
  });
});
