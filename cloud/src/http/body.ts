import { InvalidInput } from '@rollcall/kit/app-error';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** Bytes of a JSON body, at most. */
export const maxJsonBytes = 1_000_000;

/** Bytes of a picture, at most (CONTRACT: 413 over 10 MB). */
export const maxPictureBytes = 10 * 1024 * 1024;

/**
 * Reads the body whole before anything else does. It is counted as it comes: `Content-Length` may lie, and a chunked body
 * has none.
 * @throws InvalidInput `too-large`, or `unsupported-media-type` for a Content-Type outside `mediaTypes`.
 */
export function readBody(mediaTypes: readonly string[], maxBytes: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (mediaTypes.length > 0 && !mediaTypes.includes(given ?? '')) {
      throw new InvalidInput(`expected Content-Type ${mediaTypes.join(' or ')}, got ${given ?? 'none'}`, {
        code: 'unsupported-media-type',
      });
    }
    if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const body = await collect(c.req.raw.body, maxBytes);
    // `Content-Length` goes: it belonged to the body as it was sent.
    const headers = new Headers(c.req.raw.headers);
    headers.delete('content-length');
    c.req.raw = new Request(c.req.raw.url, { method: c.req.raw.method, headers, body });
    await next();
  };
}

/** The whole body, counted as it comes. @throws InvalidInput `too-large` */
export async function collect(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const body = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

function tooLarge(maxBytes: number): InvalidInput {
  return new InvalidInput(`expected a body of at most ${maxBytes} bytes`, { code: 'too-large' });
}
