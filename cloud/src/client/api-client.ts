import { pageOf } from '@rollcall/contract/page';
import { Problem } from '@rollcall/contract/problem';
import { type AppError, Conflict, Denied, InvalidInput, NotFound, Unavailable } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import type { z } from 'zod';

export interface ApiClientOptions {
  /** Of the server, without `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** @default the global one */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface Send {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON, unless it is bytes: then as they are, with `contentType`. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
}

const pageSize = 200;

/** The HTTP API as a program calls it: what comes is checked, and a problem becomes the `AppError` that it was, code included. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  async json<S extends z.ZodType>(schema: S, path: string, send: Send = {}): Promise<z.output<S>> {
    const response = await this.send(path, send);
    const answer: unknown = await response.json().catch((cause: unknown) => {
      throw this.#isNoneOfThisApi(cause);
    });
    return parse(schema, answer, `the answer of ${this.#options.url}${path}`);
  }

  /** Every item of a list, page after page. */
  async *all<S extends z.ZodType>(schema: S, path: string): AsyncGenerator<z.output<S>, void> {
    const page = pageOf(schema);
    const first = `${path}${path.includes('?') ? '&' : '?'}limit=${pageSize}`;
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer: z.output<typeof page> = await this.json(
        page,
        cursor ? `${first}&cursor=${encodeURIComponent(cursor)}` : first,
      );
      yield* answer.items;
      cursor = answer.nextCursor;
    }
  }

  /** @returns an answer of success. @throws AppError as the server meant it; Unavailable `no-answer` when there is no server. */
  async send(
    path: string,
    { method = 'GET', body, contentType, accept = 'application/json' }: Send = {},
  ): Promise<Response> {
    const { url, apiKey, fetch: call = fetch } = this.#options;
    const headers: Record<string, string> = { 'x-api-key': apiKey, accept };
    if (body !== undefined) headers['content-type'] = contentType ?? 'application/json';
    const sent = body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
    const init = { method, headers, ...(body === undefined ? {} : { body: sent }) };
    const response = await call(`${url}${path}`, init).catch((cause: unknown) => {
      throw new Unavailable(`${url} does not answer: is Rollcall running there?`, { code: 'no-answer', cause });
    });
    if (!response.ok) throw await refusal(response);
    // A page of the dashboard, or of a proxy that wants somebody to sign in.
    if (accept === 'application/json' && response.headers.get('content-type')?.startsWith('text/html')) {
      throw this.#isNoneOfThisApi();
    }
    return response;
  }

  #isNoneOfThisApi(cause?: unknown): InvalidInput {
    const { url } = this.#options;
    return new InvalidInput(`${url} answers, but not as Rollcall’s API does: is the address right?`, { cause });
  }
}

async function refusal(response: Response): Promise<AppError> {
  const answer: unknown = await response.json().catch(() => undefined);
  const problem = Problem.safeParse(answer).data;
  const { status } = response;
  const message = problem ? (problem.detail ?? problem.title) : `the server answered ${status} without saying why`;
  const code = problem ? { code: problem.code } : {};
  if (status === 401 || status === 403) return new Denied(message, code);
  if (status === 404) return new NotFound(message, code);
  if (status === 409) {
    return new Conflict(message, {
      ...code,
      ...(problem?.personId ? { details: { personId: problem.personId } } : {}),
    });
  }
  if (status === 429 || status >= 500) return new Unavailable(message, code);
  return new InvalidInput(message, { ...code, errors: problem?.errors ?? [] });
}
