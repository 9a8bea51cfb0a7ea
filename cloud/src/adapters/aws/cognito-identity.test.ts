import { once } from 'node:events';
import { createServer } from 'node:http';
import { ManualClock } from '@rollcall/kit/clock';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CognitoIdentity } from './cognito-identity.ts';

const clock = new ManualClock('2026-01-05T08:00:00.000Z');
const now = clock.now() / 1000;
const unauthenticated = { code: 'unauthenticated', retryable: false };

describe('an access token of Cognito', () => {
  let issuer: string;
  let key: CryptoKey;
  let published: JWK;
  let status = 200;
  let requests: string[] = [];
  let identity: CognitoIdentity;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [published] }));
  });

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    key = pair.privateKey;
    published = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/eu-central-1_pool`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    status = 200;
    requests = [];
    identity = new CognitoIdentity({ issuer, clientIds: ['dashboard', 'phone'], clock });
  });

  /** As Cognito issues them, with the claims that the trigger adds. */
  function claims(changes: object = {}) {
    return {
      iss: issuer,
      sub: 'a1b2',
      client_id: 'dashboard',
      token_use: 'access',
      scope: 'openid',
      username: 'a1b2',
      'cognito:groups': ['main'],
      iat: now,
      exp: now + 600,
      org: 'main',
      role: 'admin',
      name: 'Ada',
      ...changes,
    };
  }

  function sign(payload: object, kid = 'k1'): Promise<string> {
    return new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  }

  it('says who calls, for which organization, by the keys of the pool', async () => {
    expect(await identity.verify(await sign(claims()))).toEqual({
      subject: 'a1b2',
      name: 'Ada',
      organizationId: 'main',
      role: 'admin',
      doorId: null,
    });
    expect(await identity.verify(await sign(claims({ client_id: 'phone' })))).toMatchObject({ subject: 'a1b2' });
    expect(requests).toEqual(['/eu-central-1_pool/.well-known/jwks.json']);
  });

  it.each<[string, object]>([
    ['has expired', { exp: now - 60 }],
    ['has no end', { exp: undefined }],
    ['was given to another client', { client_id: 'other' }],
    ['was given to nobody', { client_id: undefined }],
    ['is of another pool', { iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_other' }],
    ['is the ID token', { token_use: 'id', client_id: undefined, aud: 'dashboard' }],
    ['is an ID token that says whose it is', { token_use: 'id' }],
    ['does not say what it is for', { token_use: undefined }],
    ['is for a resource of somebody else', { aud: 'https://other' }],
    ['has no organization: the trigger did not run', { org: undefined }],
    ['has a role that there is not', { role: 'root' }],
  ])('that %s is refused', async (_what, changes) => {
    await expect(identity.verify(await sign(claims(changes)))).rejects.toMatchObject(unauthenticated);
  });

  it('that another key signed is refused, and does not make us ask for keys again and again', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);
    await expect(identity.verify(forged)).rejects.toMatchObject(unauthenticated);
    for (const kid of ['k2', 'k3', 'k4']) {
      await expect(identity.verify(await sign(claims(), kid))).rejects.toMatchObject(unauthenticated);
    }
    expect(requests).toHaveLength(1);
  });

  it('cannot be checked while the keys cannot be read, and can once they can', async () => {
    status = 500;
    const token = await sign(claims());
    await expect(identity.verify(token)).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
    status = 200;
    expect(await identity.verify(token)).toMatchObject({ subject: 'a1b2' });
    const nowhere = new CognitoIdentity({ issuer: 'http://127.0.0.1:1/pool', clientIds: ['dashboard'], clock });
    await expect(nowhere.verify(token)).rejects.toMatchObject({ name: 'Unavailable' });
  });
});
