import { UserManager, type UserManagerSettings, WebStorageStateStore } from 'oidc-client-ts';
import type { SignInSettings } from './sign-in-settings.ts';

/**
 * Code flow with PKCE against the issuer on this origin, or, in the cloud edition, against the one that `elsewhere` names. Tokens live in
 * this tab's session storage: a refresh token that rotates must not be shared between tabs, and a new tab signs in again without a question
 * while the issuer's own session lasts.
 */
export function createUserManager(origin: string, elsewhere?: SignInSettings): UserManager {
  return new UserManager({
    ...(elsewhere ? cognito(origin, elsewhere) : site(origin)),
    redirect_uri: `${origin}/signed-in`,
    post_logout_redirect_uri: `${origin}/`,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
}

type Issuer = Pick<UserManagerSettings, 'authority' | 'client_id' | 'scope' | 'resource' | 'metadataSeed'>;

function site(origin: string): Issuer {
  return {
    authority: `${origin}/oidc`,
    client_id: 'rollcall-dashboard',
    scope: 'openid profile offline_access',
    resource: `${origin}/v1`,
  };
}

/** Cognito gives refresh tokens unasked, and refuses `offline_access`. Source: "Logout endpoint", Amazon Cognito developer guide. */
function cognito(origin: string, { authority, clientId, signOutUrl }: SignInSettings): Issuer {
  const query = new URLSearchParams({ client_id: clientId, logout_uri: `${origin}/` });
  return {
    authority,
    client_id: clientId,
    scope: 'openid profile email',
    metadataSeed: { end_session_endpoint: `${signOutUrl}?${query}` },
  };
}
