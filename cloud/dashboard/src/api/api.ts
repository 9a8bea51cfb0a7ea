import type { Problem } from '@rollcall/contract/problem';
import { ApiProblem } from './api-problem.ts';

/** What a request carries to say who asks. */
export interface Credentials {
  readonly headers: () => Record<string, string>;
  /** The API did not know them. True: they were renewed, the request is worth repeating once. */
  readonly rejected: () => Promise<boolean>;
}

export type QueryParameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Rollcall's HTTP API on the page's own origin. Every method throws ApiProblem and nothing else. */
export interface Api {
  get<T>(path: string, query?: QueryParameters): Promise<T>;
  send<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /** A picture as the body. */
  sendPicture<T>(path: string, picture: Blob, query?: QueryParameters): Promise<T>;
  /** A picture from a path that needs credentials, which an `<img>` does not send. */
  picture(path: string, signal?: AbortSignal): Promise<Blob>;
}

/** Headers as a plain record, so that they can be added to. */
type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

export function createApi(credentials: Credentials): Api {
  async function call(path: string, init: Init, again = true): Promise<Response> {
    const response = await reach(path, { ...init, headers: { ...init.headers, ...credentials.headers() } });
    if (response.status === 401 && again && (await credentials.rejected())) return call(path, init, false);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  return {
    async get<T>(path: string, query?: QueryParameters) {
      return json<T>(await call(withQuery(path, query), {}));
    },
    async send<T>(method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) {
      // One key per intent: the repeat after a renewed token must not create twice.
      const key = method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {};
      const headers: Record<string, string> = { ...more, ...key };
      if (body !== undefined) headers['content-type'] = 'application/json';
      return json<T>(
        await call(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
      );
    },
    async sendPicture<T>(path: string, picture: Blob, query?: QueryParameters) {
      const headers = { 'content-type': picture.type || 'application/octet-stream' };
      return json<T>(await call(withQuery(path, query), { method: 'POST', headers, body: picture }));
    },
    async picture(path: string, signal?: AbortSignal) {
      return (await call(path, signal ? { signal } : {})).blob();
    },
  };
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    throw new ApiProblem('offline', 0, {}, { cause });
  }
}

async function json<T>(response: Response): Promise<T> {
  // Not parsed again: the server on this origin answers by the contract's schemas, and checking twice would cost the first load 20 KB.
  const body = await response.text();
  const value: T = body === '' ? undefined : JSON.parse(body);
  return value;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body: Partial<Problem> = isJson ? await response.json().catch(() => ({})) : {};
  return new ApiProblem(body.code ?? codeOf(response.status), response.status, body);
}

/** For an answer that is not ours, of a proxy for example. */
function codeOf(status: number): string {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'denied';
  if (status === 404) return 'not-found';
  if (status === 413) return 'too-large';
  if (status === 429) return 'too-many-requests';
  return status >= 502 ? 'unavailable' : 'internal';
}

function withQuery(path: string, query: QueryParameters = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return path;
  return `${path}?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}
