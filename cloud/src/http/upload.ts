import type { OpenAPIHono } from '@hono/zod-openapi';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import type { ImageKey, ImageStore, UploadGrant } from '../ports/image-store.ts';
import type { ApiEnv } from './api-env.ts';
import { newRoutes } from './api-route.ts';
import { collect } from './body.ts';

export interface UploadDeps {
  readonly images: ImageStore;
  /** What the token in the address allows. @throws Denied */
  readonly openToken: (token: string) => UploadGrant;
  /** Called once the picture is durable, before the answer; again when the same picture is sent again. */
  readonly onUploaded: (key: ImageKey) => Promise<void>;
}

/**
 * Where upload URLs of a store without one of its own lead (S3 has one): `PUT /uploads/{token}`, 204 when the picture is
 * durable. An address takes one picture: the same bytes again are fine, since an answer may get lost, others are a conflict.
 */
export function uploadRoutes(deps: UploadDeps): OpenAPIHono<ApiEnv> {
  const inFlight = new Set<ImageKey>();
  const routes = newRoutes();
  routes.put('/uploads/:token', async (c) => {
    const { key, maxBytes } = deps.openToken(c.req.param('token'));
    checkHeaders(c.req.header('content-type'), c.req.header('content-length'), maxBytes);
    const image = await collect(c.req.raw.body, maxBytes);
    if (image.length === 0) throw new InvalidInput('expected a picture, got an empty body', { code: 'not-an-image' });
    if (inFlight.has(key)) throw new Conflict('another upload to this address is being stored');
    inFlight.add(key);
    try {
      await storeOnce(deps.images, key, image);
      await deps.onUploaded(key);
    } finally {
      inFlight.delete(key);
    }
    return c.body(null, 204);
  });
  return routes;
}

function checkHeaders(contentType: string | undefined, contentLength: string | undefined, maxBytes: number): void {
  if (!contentType?.toLowerCase().startsWith('image/')) {
    throw new InvalidInput(`expected Content-Type image/…, got ${contentType ?? 'none'}`, {
      code: 'unsupported-media-type',
    });
  }
  if (Number(contentLength ?? 0) > maxBytes) {
    throw new InvalidInput(`expected a picture of at most ${maxBytes} bytes`, { code: 'too-large' });
  }
}

async function storeOnce(images: ImageStore, key: ImageKey, image: Uint8Array): Promise<void> {
  const stored = await images.get(key);
  if (!stored) await images.put(key, image);
  else if (Buffer.compare(stored, image) !== 0) {
    throw new Conflict('another picture was uploaded to this address already: ask for a new one');
  }
}
