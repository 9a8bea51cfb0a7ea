import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Unavailable } from '@rollcall/kit/app-error';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderImages } from '../adapters/local/folder-images.ts';
import { UploadTokens } from '../adapters/local/upload-tokens.ts';
import { testApi, testDeps } from './api-for-tests.ts';
import { uploadRoutes } from './upload.ts';

const key = 'main/captures/2026-01-05/01KE6D0000000000000000000A.jpg';
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

describe('PUT /uploads/{token}', () => {
  let folder: string;
  let images: FolderImages;
  let deps: ReturnType<typeof testDeps>;
  let api: ReturnType<typeof testApi>;
  let uploaded: string[];
  let busy: boolean;
  let address: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-upload-'));
    deps = testDeps();
    uploaded = [];
    busy = false;
    const tokens = new UploadTokens(new Uint8Array(32).fill(7), { clock: deps.clock });
    images = await FolderImages.open({ root: folder, tokens });
    const onUploaded = async (at: string) => {
      if (busy) throw new Unavailable('the queue is full');
      expect(await images.get(at)).toEqual(jpeg);
      uploaded.push(at);
    };
    api = testApi(deps, uploadRoutes({ images, openToken: (token) => tokens.open(token), onUploaded }));
    address = (await images.uploadUrl(key, { expiresAt: deps.clock.now() + 60_000, maxBytes: 1000 })).url;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = { 'content-type': 'image/jpeg' }) =>
    api.request(address, { method: 'PUT', body, headers });

  it('stores the picture, tells about it, and answers 204', async () => {
    expect((await put(jpeg)).status).toBe(204);
    expect(await images.get(key)).toEqual(jpeg);
    expect(uploaded).toEqual([key]);
  });

  it('takes the same picture again, and no other', async () => {
    await put(jpeg);
    expect((await put(jpeg)).status).toBe(204);
    expect(await problem(await put(Buffer.from('other')))).toMatchObject({ status: 409, code: 'conflict' });
    expect(await images.get(key)).toEqual(jpeg);
  });

  it('lets one of two pictures that come at once win', async () => {
    const statuses = (await Promise.all([put(jpeg), put(jpeg), put(jpeg)])).map((response) => response.status);
    expect(statuses.filter((status) => status !== 204)).toEqual([409, 409]);
  });

  it('refuses an address that expired, was changed, or was made with another secret', async () => {
    const [body = '', signature = ''] = address.split('/').at(-1)?.split('.') ?? [];
    const stranger = new UploadTokens(new Uint8Array(32)).sign({ key, expiresAt: 9e15, maxBytes: 9e9 });
    const greedy = Buffer.from(JSON.stringify({ k: key, e: 9e15, m: 9e9 })).toString('base64url');
    for (const token of [stranger, `${greedy}.${signature}`, body, `${body}.`, `${body}.AAAA`, 'x.y', 'x']) {
      const response = await api.request(`/uploads/${token}`, { method: 'PUT', body: jpeg });
      expect(await problem(response)).toMatchObject({ status: 403, code: 'denied' });
    }
    deps.clock.advance(60_000);
    expect(await problem(await put(jpeg))).toMatchObject({ status: 403, detail: expect.stringMatching(/expired/) });
    expect(uploaded).toEqual([]);
  });

  it('refuses what is no picture, is empty, or is too large', async () => {
    expect(await problem(await put(jpeg, { 'content-type': 'text/html' }))).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
    });
    expect(await problem(await put(Buffer.alloc(0)))).toMatchObject({ status: 422, code: 'not-an-image' });
    expect(await problem(await put(Buffer.alloc(1001)))).toMatchObject({ status: 413, code: 'too-large' });
    expect(await images.get(key)).toBeUndefined();
  });

  it('keeps the picture when it cannot be taken up now, and takes it up when it is sent again', async () => {
    busy = true;
    const response = await put(jpeg);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await problem(response)).toMatchObject({ status: 503, code: 'unavailable' });
    busy = false;
    expect((await put(jpeg)).status).toBe(204);
    expect(uploaded).toEqual([key]);
  });

  it('stops a body without a length once it is too large', async () => {
    const server = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1' });
    const port = await new Promise<number>((resolve) =>
      server.once('listening', () => resolve(portOf(server.address()))),
    );
    const answer = Promise.withResolvers<number | undefined>();
    const upload = request({ port, path: address, method: 'PUT', headers: { 'content-type': 'image/jpeg' } });
    upload.on('response', (response) => answer.resolve(response.statusCode)).on('error', answer.reject);
    upload.write(Buffer.alloc(600));
    upload.write(Buffer.alloc(600));
    // No end: the server must not wait for one.
    expect(await answer.promise).toBe(413);
    upload.destroy();
    await new Promise((r) => server.close(r));
    expect(await images.get(key)).toBeUndefined();
  });
});

/** The answer's status beside its problem. */
async function problem(response: Response): Promise<object> {
  return Object.assign({ status: response.status }, await response.json());
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address ? address.port : 0;
}
