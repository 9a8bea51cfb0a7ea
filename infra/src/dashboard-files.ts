import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';

/** Where the dashboard's page finds its issuer: `sign-in-settings.ts` of the dashboard reads it. */
export interface SignIn {
  readonly authority: string;
  readonly clientId: string;
  readonly signOutUrl: string;
}

export interface DashboardFile {
  /** `assets/index-abc.js` */
  readonly key: string;
  readonly path: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** The build's files in the order in which they are to be put: pages last, so that none names a file that is not there yet. */
export function dashboardFiles(folder: string): DashboardFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const all = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path).split(sep).join('/');
    // As the site edition has it: names with a hash of their content never change.
    const cacheControl = key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    return { key, path, contentType: contentTypeOf(key), cacheControl };
  });
  return all.sort((a, b) => Number(isPage(a)) - Number(isPage(b)) || (a.key < b.key ? -1 : 1));
}

/** What is put for a file: the page gets to know where people sign in. */
export function bodyOf(file: DashboardFile, signIn: SignIn): Uint8Array {
  const bytes = readFileSync(file.path);
  return isPage(file) ? new TextEncoder().encode(withSignIn(bytes.toString('utf8'), signIn)) : bytes;
}

/** @throws Misconfigured for a page without a head. */
export function withSignIn(page: string, signIn: SignIn): string {
  const content = JSON.stringify(signIn).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const changed = page.replace('<head>', `<head>\n    <meta name="rollcall-sign-in" content="${content}" />`);
  if (changed === page) throw new Misconfigured('index.html has no <head>: build the dashboard again');
  return changed;
}

function isPage({ key }: Pick<DashboardFile, 'key'>): boolean {
  return key.endsWith('.html');
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
};

function contentTypeOf(key: string): string {
  return types[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
