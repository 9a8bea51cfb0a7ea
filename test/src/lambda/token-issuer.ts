import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { RecordingServer } from './recording-server.ts';

export const clientId = 'dashboard-client';

/** An OpenID provider that signs access tokens as Cognito does: no `aud`, whom they are for in `client_id`. */
export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = new RecordingServer(({ path }) =>
    path === '/pool/.well-known/jwks.json' ? { status: 200, body: { keys: [jwk] } } : { status: 404, body: {} },
  );
  const issuer = `${await server.start()}/pool`;
  const token = (claims: { readonly org: string; readonly role: string }) =>
    new SignJWT({ ...claims, token_use: 'access', client_id: clientId, username: 'somebody', name: 'Somebody' })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setSubject('user-1')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
  return { issuer, token, stop: () => server.stop() };
}
