import { UserManager, WebStorageStateStore } from 'oidc-client-ts';

/**
 * Code flow with PKCE against the issuer on this origin. Tokens live in this tab's session storage: a refresh token that
 * rotates must not be shared between tabs, and a new tab signs in again without a question while the issuer's own session lasts.
 */
export function createUserManager(origin: string): UserManager {
  return new UserManager({
    authority: `${origin}/oidc`,
    client_id: 'rollcall-dashboard',
    redirect_uri: `${origin}/signed-in`,
    post_logout_redirect_uri: `${origin}/`,
    scope: 'openid profile offline_access',
    resource: `${origin}/v1`,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
}
