import { Role } from '@rollcall/contract/access';
import { OrganizationId } from '@rollcall/contract/ids';
import { Denied, Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Identity, Principal } from '../../ports/identity.ts';

export interface OidcIdentityOptions {
  readonly issuer: string;
  /** What the token is for, in `aud`; */
  readonly audience: string;
  /** or, for Cognito, whose access tokens have no `aud`: whom it was given to, in `client_id`. */
  readonly clientId: string;
  /** The issuer's public keys: `createLocalJWKSet` or `createRemoteJWKSet` of jose. */
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

const Claims = z.object({
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
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
    const { issuer, audience, clientId, keys, clock } = this.#options;
    const checks = { issuer, algorithms: ['ES256', 'RS256'], currentDate: new Date(clock.now()), clockTolerance: 5 };
    const verified = await jwtVerify(accessToken, keys, { ...checks, requiredClaims: ['exp', 'sub'] }).catch(refuse);
    const claims = Claims.safeParse(verified.payload);
    if (!claims.success) throw invalid('its claims are not those of an access token', claims.error);
    const { sub, aud, org, role, name } = claims.data;
    const isForUs = aud === undefined ? claims.data.client_id === clientId : [aud].flat().includes(audience);
    if (!isForUs) throw invalid('it is for somebody else');
    return { subject: sub, name, organizationId: org, role, doorId: null };
  }
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
