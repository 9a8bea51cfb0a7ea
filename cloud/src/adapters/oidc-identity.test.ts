import { ManualClock } from '@rollcall/kit/clock';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { OidcIdentity } from './oidc-identity.ts';

const clock = new ManualClock('2026-01-05T08:00:00.000Z');
const now = clock.now() / 1000;
const good = {
  iss: 'https://issuer',
  aud: 'https://api',
  sub: 'u1',
  org: 'main',
  role: 'admin',
  name: 'Ada',
  exp: now + 60,
};

let identity: OidcIdentity;
let sign: (claims: object) => Promise<string>;
let signElsewhere: typeof sign;

beforeAll(async () => {
  const [ours, theirs] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'k', alg: 'ES256' }] });
  identity = new OidcIdentity({
    issuer: 'https://issuer',
    audience: 'https://api',
    keys,
    clock,
  });
  sign = signer(ours.privateKey);
  signElsewhere = signer(theirs.privateKey);
});

function signer(key: Parameters<SignJWT['sign']>[0]) {
  return (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key);
}

describe('an access token', () => {
  it('says who calls', async () => {
    expect(await identity.verify(await sign(good))).toEqual({
      subject: 'u1',
      name: 'Ada',
      organizationId: 'main',
      role: 'admin',
      doorId: null,
    });
  });

  it.each([
    ['has expired', { exp: now - 60 }],
    ['has no end', { exp: undefined }],
    ['is of another issuer', { iss: 'https://evil' }],
    ['is for another API', { aud: 'https://other', client_id: 'dashboard' }],
    ['is for nobody', { aud: undefined, client_id: 'dashboard', token_use: 'access' }],
    ['is an ID token', { token_use: 'id' }],
    ['has a role that there is not', { role: 'root' }],
    ['has no organization', { org: undefined }],
  ])('that %s is refused', async (_what, change) => {
    await expect(identity.verify(await sign({ ...good, ...change }))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('that another key signed, or none, or that is no token, is refused', async () => {
    const payload = Buffer.from(JSON.stringify(good)).toString('base64url');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [await signElsewhere(good), unsigned, 'x', 'a.b.c']) {
      await expect(identity.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });
});
