import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrganizationId } from '@rollcall/contract/ids';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserStore } from '../../store/user-store.ts';
import { ensureOwner } from './ensure-owner.ts';
import { MemoryTable } from './memory-table.ts';
import { authorizationUrl, newPkce, TestBrowser } from './oidc-browser-for-tests.ts';
import { loadOidcKeys } from './oidc-keys.ts';
import { createOidc, type Oidc } from './oidc-provider.ts';

const owner = { email: 'owner@example.org', password: 'correct horse battery staple' };
const Tokens = z.object({ access_token: z.string(), refresh_token: z.string(), id_token: z.string() });

/** Stands, so that no wait is over before it is asked for; the provider itself looks at the machine's clock. */
const clock = new ManualClock(Date.now());

let dataDir: string;
let table: MemoryTable;
let server: Server;
let oidc: Oidc;
let origin: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oidc-'));
  table = new MemoryTable();
  await start();
});

afterEach(async () => {
  await stop();
  await rm(dataDir, { recursive: true });
});

async function start(port = 0): Promise<void> {
  server = createServer((req, res) => oidc.handle(req, res));
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port: taken } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${taken}`;
  const users = new UserStore(table);
  await ensureOwner({ users, clock, newId: () => ulid() }, OrganizationId.parse('main'), owner);
  const keys = await loadOidcKeys(dataDir);
  const origins = [origin, `http://localhost:${taken}`] as const;
  oidc = createOidc({ origins: [...origins], table, users, keys, clock, log: silentLog });
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

/** Opens the form as the dashboard does. */
async function openForm(browser: TestBrowser, challenge: string, at = origin) {
  const url = authorizationUrl(at, challenge);
  return browser.follow(await browser.fetch(url), url, `${at}/signed-in`);
}

async function submit(browser: TestBrowser, url: string, fields: Record<string, string>, headers = {}) {
  return browser.fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers });
}

async function tokens(fields: Record<string, string>, at = origin): Promise<Response> {
  const body = new URLSearchParams({ client_id: 'rollcall-dashboard', ...fields });
  return fetch(`${at}/oidc/token`, { method: 'POST', body });
}

async function signIn(browser: TestBrowser, at = origin) {
  const { verifier, challenge } = newPkce();
  const form = await openForm(browser, challenge, at);
  const answer = await submit(browser, form.url, owner);
  const done = await browser.follow(answer, form.url, `${at}/signed-in`);
  const code = new URL(done.url).searchParams.get('code') ?? '';
  const redirect_uri = `${at}/signed-in`;
  return tokens({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier }, at);
}

describe('signing in by code and PKCE', () => {
  it('gives an access token that the API takes for the owner of the organization', async () => {
    const given = Tokens.parse(await (await signIn(new TestBrowser())).json());
    expect(await oidc.identity.verify(given.access_token)).toMatchObject({
      organizationId: 'main',
      role: 'owner',
      name: 'Owner',
      doorId: null,
    });
    await expect(oidc.identity.verify(given.id_token)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(oidc.identity.verify(`${given.access_token}x`)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('works under each of the names of the server, for one and the same API', async () => {
    const localhost = origin.replace('127.0.0.1', 'localhost');
    const given = Tokens.parse(await (await signIn(new TestBrowser(), localhost)).json());
    expect((await oidc.identity.verify(given.access_token)).role).toBe('owner');
  });

  it('asks nobody again whose session lasts, and goes on after a restart', async () => {
    const browser = new TestBrowser();
    await signIn(browser);
    const { port } = new URL(origin);
    await stop();
    await start(Number(port));
    const again = await openForm(browser, newPkce().challenge);
    expect(again.url).toContain('/signed-in?code=');
  });

  it('refuses another verifier than that of the challenge, and no challenge at all', async () => {
    const browser = new TestBrowser();
    const form = await openForm(browser, newPkce().challenge);
    const done = await browser.follow(await submit(browser, form.url, owner), form.url, `${origin}/signed-in`);
    const code = new URL(done.url).searchParams.get('code') ?? '';
    const stolen = { grant_type: 'authorization_code', code, redirect_uri: `${origin}/signed-in` };
    expect((await tokens({ ...stolen, code_verifier: newPkce().verifier })).status).toBe(400);
    const bare = authorizationUrl(origin, '').replace('code_challenge=&code_challenge_method=S256', '');
    expect((await fetch(bare, { redirect: 'manual' })).headers.get('location')).toContain('error=invalid_request');
  });

  it('leads to no other address than the dashboard’s', async () => {
    const url = authorizationUrl(origin, newPkce().challenge, { redirect_uri: 'http://evil.example/signed-in' });
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('That did not work');
  });

  it('is not offered under a name that is not the server’s', async () => {
    const answer = await new TestBrowser().fetch(`${origin}/oidc/.well-known/openid-configuration`, {});
    expect(await answer.json()).toMatchObject({ issuer: `${origin}/oidc`, token_endpoint: `${origin}/oidc/token` });
    const { port } = new URL(origin);
    const status = await statusForHost(Number(port), 'evil.example');
    expect(status).toBe(421);
  });
});

describe('refresh tokens', () => {
  it('are good once; a second use ends the grant', async () => {
    const first = Tokens.parse(await (await signIn(new TestBrowser())).json());
    const fields = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
    const second = Tokens.parse(await (await tokens(fields)).json());
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await oidc.identity.verify(second.access_token)).role).toBe('owner');
    expect((await tokens(fields)).status).toBe(400);
    const after = await tokens({ grant_type: 'refresh_token', refresh_token: second.refresh_token });
    expect(after.status).toBe(400);
  });
});

describe('the form', () => {
  it('says the same of a wrong password and of nobody, and keeps the email', async () => {
    const browser = new TestBrowser();
    const form = await openForm(browser, newPkce().challenge);
    const wrong = await submit(browser, form.url, { email: owner.email, password: 'wrong' });
    const nobody = await submit(browser, form.url, { email: 'nobody@example.org', password: 'wrong' });
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    const text = (await wrong.text()).replaceAll(owner.email, '');
    expect(text).toBe((await nobody.text()).replaceAll('nobody@example.org', ''));
    expect(text).toContain('role="alert"');
  });

  it('makes guessers wait, also with the right password', async () => {
    const browser = new TestBrowser();
    const form = await openForm(browser, newPkce().challenge);
    const guesses = Array.from({ length: 5 }, () => submit(browser, form.url, { email: owner.email, password: 'no' }));
    expect((await Promise.all(guesses)).map((g) => g.status)).toEqual([401, 401, 401, 401, 401]);
    const answer = await submit(browser, form.url, owner);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.text()).toContain('Too many tries');
  });

  it('does not take what comes from another page, or without the cookie of its own', async () => {
    const browser = new TestBrowser();
    const form = await openForm(browser, newPkce().challenge);
    expect((await submit(browser, form.url, owner, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await submit(browser, form.url, owner, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await submit(new TestBrowser(), form.url, owner)).status).toBe(400);
    expect((await submit(browser, form.url, { email: 'x'.repeat(9000) })).status).toBe(413);
  });

  it('runs nothing, loads nothing and shows what was typed as text', async () => {
    const browser = new TestBrowser();
    const form = await openForm(browser, newPkce().challenge);
    expect(form.answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const answer = await submit(browser, form.url, { email: '"><script>alert(1)</script>', password: 'x' });
    expect(await answer.text()).not.toContain('<script>');
  });
});

describe('signing out', () => {
  it('ends the session and the refresh token, and leads back to the dashboard', async () => {
    const browser = new TestBrowser();
    const given = Tokens.parse(await (await signIn(browser)).json());
    const parameters = new URLSearchParams({ id_token_hint: given.id_token, post_logout_redirect_uri: `${origin}/` });
    const page = await browser.fetch(`${origin}/oidc/session/end?${parameters.toString()}`);
    const text = await page.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const answer = await submit(browser, `${origin}/oidc/session/end/confirm`, { xsrf, logout: 'yes' });
    expect(answer.headers.get('location')).toBe(`${origin}/`);
    const form = await openForm(browser, newPkce().challenge);
    expect(form.url).toContain('/oidc/login/');
    const refreshed = await tokens({ grant_type: 'refresh_token', refresh_token: given.refresh_token });
    expect(refreshed.status).toBe(400);
  });
});

describe('the keys', () => {
  it('are readable by nobody else', async () => {
    const { mode } = await stat(join(dataDir, 'keys', 'oidc.json'));
    expect(mode & 0o777).toBe(0o600);
  });
});

/** `fetch` does not let one set Host. */
async function statusForHost(port: number, host: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/oidc/jwks', headers: { host } };
    request(options, (res) => {
      res.resume();
      resolve(res.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
