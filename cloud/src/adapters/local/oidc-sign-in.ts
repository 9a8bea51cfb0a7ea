import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@rollcall/kit/log';
import { errors, type Provider } from 'oidc-provider';
import type { UserStore } from '../../store/user-store.ts';
import { verifyPassword } from './password-hash.ts';
import { messagePage, signInPage } from './sign-in-pages.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

export interface SignInDeps {
  readonly provider: Provider;
  readonly users: UserStore;
  readonly throttle: SignInThrottle;
  readonly log: Log;
  /** Origins at which browsers reach us, `http://127.0.0.1:8080`. */
  readonly origins: readonly string[];
}

/** Bytes of the form, at most. */
const maxFormBytes = 8192;

/**
 * `GET POST /oidc/login/{uid}`: the form, and what it sends. Against forged requests: the interaction's cookie (SameSite, signed,
 * for this path alone) must fit the address, and a browser must say that the form was ours.
 */
export async function handleSignIn(deps: SignInDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const action = (req.url ?? '').split('?')[0] ?? '';
  const interaction = await deps.provider.interactionDetails(req, res).catch((error: unknown) => {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  });
  if (!interaction || !action.endsWith(`/${interaction.uid}`)) {
    return html(res, 400, messagePage('This page has expired', 'Go back to the dashboard and sign in again.'));
  }
  if (req.method === 'GET' || req.method === 'HEAD') return html(res, 200, signInPage({ action }));
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'GET, HEAD, POST');
    return html(res, 405, messagePage('Not offered here', 'Go back to the dashboard and sign in again.'));
  }
  if (!isFromOurForm(req, deps.origins)) {
    return html(res, 403, messagePage('That did not come from here', 'Go to the dashboard and sign in there.'));
  }
  const form = await readForm(req);
  if (!form) return html(res, 413, signInPage({ action, problem: 'That was too long for an email and a password.' }));
  const email = form.get('email') ?? '';
  const address = req.socket.remoteAddress ?? 'unknown';
  const waitMs = deps.throttle.waitMs(email, address);
  if (waitMs > 0) {
    res.setHeader('Retry-After', Math.ceil(waitMs / 1000));
    return html(
      res,
      429,
      signInPage({ action, email, problem: `Too many tries. Wait ${inWords(waitMs)}, then try again.` }),
    );
  }
  // Counted before it is looked at, so that many at the same time are not all free.
  deps.throttle.fail(email, address);
  const user = await deps.users.findByEmail(email);
  const right = await verifyPassword(form.get('password') ?? '', user?.passwordHash);
  if (!user || !right) {
    deps.log.info('sign-in-refused', {});
    return html(res, 401, signInPage({ action, email, problem: 'The email or the password is not right.' }));
  }
  deps.throttle.succeed(email, address);
  deps.log.info('sign-in-accepted', { userId: user.id });
  return deps.provider.interactionFinished(
    req,
    res,
    { login: { accountId: user.id } },
    { mergeWithLastSubmission: false },
  );
}

/** Browsers send at least one of the two with a POST; what sends neither has no cookie of somebody else's to abuse. */
function isFromOurForm(req: IncomingMessage, origins: readonly string[]): boolean {
  const { origin } = req.headers;
  const site = req.headers['sec-fetch-site'];
  return (origin === undefined || origins.includes(origin)) && (site === undefined || site === 'same-origin');
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxFormBytes) return undefined;
    chunks.push(part);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function html(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(body);
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
