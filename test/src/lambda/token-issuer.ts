import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { RecordingServer } from './recording-server.ts';

export const clientId = 'dashboard-client';

export interface TokenClaims {
  readonly org: string;
  readonly role: string;
  /** Whom it was given to. @default the dashboard */
  readonly client_id?: string;
  readonly token_use?: 'access' | 'id';
  /** An ID token has none. */
  readonly scope?: undefined;
  /** How long it counts; below 0 it is over. @default ten minutes, as in the template */
  readonly seconds?: number;
}

/** An OpenID provider that signs access tokens as Cognito does: no `aud`, whom they are for in `client_id`. */
export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = new RecordingServer(({ path }) =>
    path === '/pool/.well-known/jwks.json' ? { status: 200, body: { keys: [jwk] } } : { status: 404, body: {} },
  );
  const issuer = `${await server.start()}/pool`;
  const token = ({ seconds = 600, ...claims }: TokenClaims) =>
    new SignJWT({
      token_use: 'access',
      scope: 'openid profile email',
      client_id: clientId,
      username: 'somebody',
      name: 'Somebody',
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setSubject('user-1')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
      .sign(privateKey);
  return { issuer, publicKey, token, stop: () => server.stop() };
}
