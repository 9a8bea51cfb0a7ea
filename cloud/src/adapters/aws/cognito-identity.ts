import { Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Identity, Principal } from '../../ports/identity.ts';
import { OidcIdentity } from '../oidc-identity.ts';

export interface CognitoIdentityOptions {
  /** `https://cognito-idp.{region}.amazonaws.com/{user pool}` */
  readonly issuer: string;
  /** App clients of the pool whose tokens count. */
  readonly clientIds: readonly string[];
  readonly clock: Clock;
}

/**
 * Access tokens of a Cognito user pool. Its pre-token-generation trigger (version 2) adds the claims `org`, `role` and `name`, from
 * attributes that users cannot write themselves. Source: "Understanding the access token", Amazon Cognito developer guide.
 */
export class CognitoIdentity implements Identity {
  readonly #tokens: OidcIdentity;

  constructor({ issuer, clientIds, clock }: CognitoIdentityOptions) {
    this.#tokens = new OidcIdentity({ issuer, clientIds, clock, keys: keysOf(issuer) });
  }

  /** @throws Denied `unauthenticated`; Unavailable when the pool's keys cannot be read. */
  verify(accessToken: string): Promise<Principal> {
    return this.#tokens.verify(accessToken);
  }
}

/** The pool's public keys, kept for an hour. An unknown key asks for them again, twice a minute at most: anyone may name one. */
function keysOf(issuer: string): JWTVerifyGetKey {
  const url = new URL(`${issuer}/.well-known/jwks.json`);
  const keys = createRemoteJWKSet(url, { timeoutDuration: 3_000, cooldownDuration: 30_000, cacheMaxAge: 3_600_000 });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new Unavailable(`the keys of ${issuer} cannot be read`, { cause: error });
    }
  };
}
