import { maxPhotoRequestBytes } from '@rollcall/contract/photo-request';
import type { Problem } from '@rollcall/contract/problem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { askApi, type Caller } from './cloud-api.ts';
import { type CloudOrganization, makeOrganization } from './cloud-organization.ts';
import { type HttpRequest, throughCloudFront, throughGateway } from './front-door.ts';
import { type Cloud, startCloud } from './start-cloud.ts';
import type { TokenClaims } from './token-issuer.ts';

describe('the front door, through the bundle of the API', () => {
  let cloud: Cloud;
  let north: CloudOrganization;
  beforeAll(async () => {
    cloud = await startCloud();
    north = await makeOrganization(cloud, 'north');
  });
  afterAll(() => cloud.stop());

  const bearer = async (claims: Partial<TokenClaims> = {}): Promise<Caller> => ({
    authorization: `Bearer ${await cloud.issuer.token({ org: 'north', role: 'admin', ...claims })}`,
  });
  const invocations = async () => (await cloud.functionOf('api')).invocations;
  it('lets in tokens and keys on the same paths', async () => {
    const token = await askApi<{ role: string }>(cloud, await bearer(), 'GET', '/v1/me');
    const key = await askApi<{ role: string }>(cloud, north.owner, 'GET', '/v1/me');
    expect([token.status, token.body.role]).toEqual([200, 'admin']);
    expect([key.status, key.body.role]).toEqual([200, 'owner']);
    expect((await askApi(cloud, { ...(await bearer()), ...north.owner }, 'GET', '/v1/me')).body).toMatchObject({
      role: 'owner',
    });
    expect((await askApi(cloud, {}, 'GET', '/readyz')).status).toBe(200);
  });

  it('starts no function for who shows nothing, an old token, an ID token or one of somebody else', async () => {
    const before = await invocations();
    const nothing = await askApi<Problem>(cloud, {}, 'GET', '/v1/people');
    expect(nothing).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(nothing.headers['content-type']).toBe('application/problem+json');
    const refused: Partial<TokenClaims>[] = [
      { seconds: -10 },
      { token_use: 'id', scope: undefined },
      { client_id: 'another' },
    ];
    for (const claims of refused) {
      expect((await askApi(cloud, await bearer(claims), 'GET', '/v1/people')).status).toBe(401);
    }
    expect(await invocations()).toBe(before);
    await askApi(cloud, await bearer(), 'GET', '/v1/people');
    expect(await invocations()).toBe(before + 1);
  });

  it('has keys looked at by the application, and no token on their way', async () => {
    const wrong = await askApi<Problem>(
      cloud,
      { 'x-api-key': `rk_${'a'.repeat(43)}` },
      'GET',
      '/v1/people',
      undefined,
      '192.0.2.2',
    );
    expect(wrong).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    // As if somebody had found a way to ask for it without a key.
    const secret = cloud.secrets.values[0] ?? '';
    const headers = { ...(await bearer()), 'x-rollcall-front-door': secret, 'x-rollcall-viewer': '192.0.2.3' };
    expect((await throughGateway(cloud, asked('/key/v1/me', headers))).status).toBe(401);
  });

  it('is the only one: who goes around it is refused, with whatever credentials', async () => {
    for (const shown of [{}, { 'x-rollcall-front-door': 'a guess' }, { 'x-rollcall-front-door': '' }]) {
      for (const [path, caller] of [
        ['/v1/me', await bearer()],
        ['/key/v1/me', north.owner],
        ['/healthz', {}],
      ] as const) {
        const { status, text } = await throughGateway(cloud, asked(path, { ...caller, ...shown }));
        expect([path, status, JSON.parse(text).code]).toEqual([path, 403, 'denied']);
      }
    }
  });

  const guess = async (from: string, said: Caller = {}) => {
    const { status } = await askApi(cloud, { 'x-api-key': 'rk_guess', ...said }, 'GET', '/v1/me', undefined, from);
    return status;
  };

  it('counts failed sign-ins of each caller apart, whatever address they say that they have', async () => {
    for (let n = 0; n < 20; n++) {
      // Another address each time, if one believed it.
      const said = { 'x-rollcall-viewer': `198.51.100.${n}`, 'x-forwarded-for': `198.51.100.${n}` };
      expect(await guess('203.0.113.1', said)).toBe(401);
    }
    expect(await guess('203.0.113.1', { 'x-rollcall-viewer': '198.51.100.99' })).toBe(429);
    expect(await guess('2001:db8::1')).toBe(401);
    expect(await guess('198.51.100.1')).toBe(401);
  });

  it('hands over a photo as large as it lets in, and tells of a larger one what to do', async () => {
    const small = await portrait({ row: 0, column: 0 });
    const of = (bytes: number) => padded(small, bytes);
    const { body: ada } = await north.api<{ id: string }>('POST', '/v1/people', { externalId: '1', name: 'Ada' });
    const consent = { policyVersion: '1', grantedAt: new Date().toISOString(), by: 'Ada' };
    await north.api('PUT', `/v1/people/${ada.id}/consent`, consent);
    const path = `/v1/people/${ada.id}/photos`;
    expect(await north.api<Problem>('POST', path, of(maxPhotoRequestBytes + 1))).toMatchObject({
      status: 413,
      body: { code: 'too-large', detail: expect.stringContaining('smaller') },
    });
    expect((await north.api('POST', path, of(maxPhotoRequestBytes))).status).toBe(201);
  });

  it('takes a new secret, and the one before, while CloudFront learns the new one', async () => {
    const me = async (secret: string) =>
      (await throughCloudFront(cloud, asked('/v1/me', await bearer()), '192.0.2.4', secret)).status;
    cloud.secrets.values.unshift('the second secret');
    expect(await me('the first secret')).toBe(200);
    const { requests } = cloud.secrets;
    expect(await me('no secret')).toBe(403);
    expect(await me('no other secret')).toBe(403);
    // Anybody can send a wrong one: it is not asked for each time.
    expect(cloud.secrets.requests - requests).toBeLessThanOrEqual(2);
  });
});

function asked(path: string, headers: Caller): HttpRequest {
  return { method: 'GET', path, query: '', headers: { host: 'rollcall.example', ...headers }, isBase64Encoded: false };
}

/** A JPEG that holds nothing more, but is as long as wanted. */
function padded(picture: Uint8Array, bytes: number): Uint8Array {
  const largest = 65_000;
  const parts: Uint8Array[] = [picture.subarray(0, 2)];
  for (let left = bytes - picture.length; left > 0; ) {
    const segment = left - largest < 4 ? left : largest;
    // An APP15 segment: marker, then the length of what follows the marker.
    parts.push(
      Buffer.concat([Uint8Array.of(0xff, 0xef, (segment - 2) >> 8, (segment - 2) & 0xff), Buffer.alloc(segment - 4)]),
    );
    left -= segment;
  }
  return Buffer.concat([...parts, picture.subarray(2)]);
}
