import type { Identity } from '@rollcall/cloud/ports/identity';
import { type CryptoKey, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';

/** A driver that trusts one key, and what its issuer puts into access tokens. */
export interface IdentityDriver {
  readonly identity: Identity;
  readonly key: CryptoKey;
  readonly algorithm: 'ES256' | 'RS256';
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claims of an ID token, which the same key signs. */
  readonly idClaims: Readonly<Record<string, unknown>>;
}

/** Who somebody with an access token is, whoever issued it. */
export function identityContract(name: string, open: () => Promise<IdentityDriver>): void {
  describe(`access tokens: ${name}`, () => {
    let driver: IdentityDriver;
    beforeAll(async () => {
      driver = await open();
    });

    const now = Math.floor(Date.now() / 1_000);
    const token = (changes: Record<string, unknown> = {}, key = driver.key) =>
      new SignJWT({ ...driver.claims, sub: 'u1', org: 'main', role: 'admin', name: 'Ada', exp: now + 600, ...changes })
        .setProtectedHeader({ alg: driver.algorithm, kid: 'one' })
        .sign(key);
    const refused = { name: 'Denied', code: 'unauthenticated' };

    it('say who calls, for which organization and as what', async () => {
      const who = { subject: 'u1', name: 'Ada', organizationId: 'main', role: 'admin', doorId: null };
      expect(await driver.identity.verify(await token())).toEqual(who);
      expect(await driver.identity.verify(await token({ org: 'other', role: 'viewer' }))).toMatchObject({
        organizationId: 'other',
        role: 'viewer',
      });
    });

    it.each<[string, Record<string, unknown>]>([
      ['are over', { exp: now - 60 }],
      ['have no end', { exp: undefined }],
      ['are of another issuer', { iss: 'https://elsewhere.example' }],
      ['were given to somebody else', { aud: 'https://elsewhere.example', client_id: 'elsewhere' }],
      ['name no organization', { org: undefined }],
      ['name an organization that is a path', { org: 'main/live/#' }],
      ['have a role that there is not', { role: 'root' }],
      ['say of nobody who they are', { sub: undefined }],
    ])('that %s are refused', async (_what, changes) => {
      await expect(driver.identity.verify(await token(changes))).rejects.toMatchObject(refused);
    });

    it('are not ID tokens', async () => {
      await expect(driver.identity.verify(await token(driver.idClaims))).rejects.toMatchObject(refused);
    });

    it('that another key signed, or none, or that are none, are refused', async () => {
      const { privateKey } = await generateKeyPair(driver.algorithm);
      const [, payload = ''] = (await token()).split('.');
      const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      for (const bad of [await token({}, privateKey), unsigned, 'x', 'a.b.c', '']) {
        await expect(driver.identity.verify(bad)).rejects.toMatchObject(refused);
      }
    });
  });
}
