import { CognitoIdentity } from '@rollcall/cloud/adapters/aws/cognito-identity';
import { OidcIdentity } from '@rollcall/cloud/adapters/oidc-identity';
import { systemClock as clock } from '@rollcall/kit/clock';
import { createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import { afterAll, describe } from 'vitest';
import { RecordingServer } from '../lambda/recording-server.ts';
import { identityContract } from './identity.contract.ts';

identityContract('of the site’s own provider', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
  const [iss, aud] = ['https://site.example/oidc', 'https://site.example/v1'];
  const identity = new OidcIdentity({ issuer: iss, audience: aud, keys, clock });
  return { identity, key: privateKey, algorithm: 'ES256', claims: { iss, aud }, idClaims: { aud: 'dashboard' } };
});

describe('of AWS', () => {
  const published: object[] = [];
  const pool = new RecordingServer(() => ({ status: 200, body: { keys: published } }));
  afterAll(() => pool.stop());

  identityContract('of a Cognito user pool', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    published.push({ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' });
    const iss = `${await pool.start()}/eu-west-1_pool`;
    const identity = new CognitoIdentity({ issuer: iss, clientIds: ['dashboard'], clock });
    const claims = { iss, client_id: 'dashboard', token_use: 'access', scope: 'openid' };
    const idClaims = { token_use: 'id', client_id: undefined, aud: 'dashboard' };
    return { identity, key: privateKey, algorithm: 'RS256', claims, idClaims };
  });
});
