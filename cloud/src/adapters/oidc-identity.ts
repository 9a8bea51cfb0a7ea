import { Role } from '@rollcall/contract/access';
import { OrganizationId } from '@rollcall/contract/ids';
import { Denied, Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Identity, Principal } from '../ports/identity.ts';

export interface OidcIdentityOptions {
  readonly issuer: string;
  /** What a token must be for, in `aud`. @default no token with an `aud` counts */
  readonly audience?: string;
  /** To whom a token of Cognito may be given, in `client_id`: its access tokens have no `aud`. @default to nobody */
  readonly clientIds?: readonly string[];
  /** The issuer's public keys: `createLocalJWKSet` or `createRemoteJWKSet` of jose. */
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

const Claims = z.object({
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  /** Cognito's: `access` or `id`. */
  token_use: z.string().optional(),
  org: OrganizationId,
  role: Role,
  name: z.string().default(''),
});

/** Access tokens (JWT, RFC 9068) of an OpenID provider whose keys are known. */
export class OidcIdentity implements Identity {
  readonly #options: OidcIdentityOptions;

  constructor(options: OidcIdentityOptions) {
    this.#options = options;
  }

  async verify(accessToken: string): Promise<Principal> {
    const { issuer, keys, clock } = this.#options;
    const checks = { issuer, algorithms: ['ES256', 'RS256'], currentDate: new Date(clock.now()), clockTolerance: 5 };
    const verified = await jwtVerify(accessToken, keys, { ...checks, requiredClaims: ['exp', 'sub'] }).catch(refuse);
    const claims = Claims.safeParse(verified.payload);
    if (!claims.success) throw invalid('its claims are not those of an access token', claims.error);
    if (!isForUs(claims.data, this.#options)) throw invalid('it is for somebody else, or no access token');
    const { sub, org, role, name } = claims.data;
    return { subject: sub, name, organizationId: org, role, doorId: null };
  }
}

function isForUs(claims: z.output<typeof Claims>, { audience, clientIds = [] }: OidcIdentityOptions): boolean {
  const { aud, client_id: clientId, token_use: use } = claims;
  // The same key signs the ID token, which tells a client who signed in and is no credential.
  if (use !== undefined && use !== 'access') return false;
  if (aud !== undefined) return audience !== undefined && [aud].flat().includes(audience);
  return use === 'access' && clientId !== undefined && clientIds.includes(clientId);
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWKSTimeout)
    throw new Unavailable('the keys of the issuer cannot be read', { cause: error });
  if (error instanceof errors.JWTExpired) throw invalid('it has expired', error);
  if (error instanceof errors.JOSEError) throw invalid('it was not issued here, or it was changed', error);
  throw error;
}

function invalid(why: string, cause?: unknown): Denied {
  return new Denied(`this access token is not valid: ${why}`, { code: 'unauthenticated', cause });
}
