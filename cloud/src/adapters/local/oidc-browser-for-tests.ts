import { createHash, randomBytes } from 'node:crypto';

/** As much of a browser as signing in takes: cookies by path, redirects by hand. */
export class TestBrowser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ');
    const headers = new Headers(init.headers);
    if (cookie) headers.set('cookie', cookie);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  /** Follows redirects on `origin` until a page, or an address that starts with `until`. */
  async follow(answer: Response, from: string, until: string): Promise<{ url: string; answer: Response }> {
    let at = { url: from, answer };
    for (let hops = 0; hops < 10; hops++) {
      const location = at.answer.headers.get('location');
      if (!location) return at;
      const url = new URL(location, at.url).href;
      if (url.startsWith(until)) return { url, answer: at.answer };
      at = { url, answer: await this.fetch(url) };
    }
    throw new Error('redirected without end');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((a) => a.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    const key = `${name} ${path}`;
    if (value === '') this.#cookies.delete(key);
    else this.#cookies.set(key, { value, path });
  }
}

/** A verifier and its challenge (RFC 7636). */
export function newPkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Where the dashboard sends people to sign in. */
export function authorizationUrl(origin: string, challenge: string, extra: Record<string, string> = {}): string {
  const parameters = new URLSearchParams({
    client_id: 'rollcall-dashboard',
    redirect_uri: `${origin}/signed-in`,
    response_type: 'code',
    scope: 'openid profile offline_access',
    resource: `${origin}/v1`,
    state: 'a-state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra,
  });
  return `${origin}/oidc/auth?${parameters.toString()}`;
}
