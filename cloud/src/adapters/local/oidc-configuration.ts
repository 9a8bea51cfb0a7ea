import type { Clock } from '@rollcall/kit/clock';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Table } from '../../ports/table.ts';
import type { UserStore } from '../../store/user-store.ts';
import { OidcAdapter } from './oidc-adapter.ts';
import type { OidcKeys } from './oidc-keys.ts';
import { messagePage, signOutPage } from './sign-in-pages.ts';

/** The dashboard, as the provider knows it: a public client with PKCE. */
export const dashboardClientId = 'rollcall-dashboard';

export interface OidcConfigurationOptions {
  /** First the one that the issuer is named after. */
  readonly origins: readonly string[];
  readonly table: Table;
  readonly users: UserStore;
  readonly clock: Clock;
  readonly keys: OidcKeys;
}

const minutes = 60;
const days = 24 * 60 * minutes;
const scope = 'openid profile email offline_access';

/** What access tokens are for: the API of the first origin, by whatever name it was reached. */
export function audienceOf(origins: readonly string[]): string {
  return `${origins[0]}/v1`;
}

/** oidc-provider for one public client on our own origins: code and PKCE, JWT access tokens, refresh tokens that rotate. */
export function oidcConfiguration(options: OidcConfigurationOptions): Configuration {
  const { origins, users, keys } = options;
  const audience = audienceOf(origins);
  const resources = origins.map((origin) => `${origin}/v1`);
  return {
    adapter: (model: string) => new OidcAdapter(model, options.table, options.clock),
    clients: [
      {
        client_id: dashboardClientId,
        client_name: 'Rollcall',
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: origins.map((origin) => `${origin}/signed-in`),
        post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
      },
    ],
    jwks: { keys: [{ ...keys.signing, alg: 'ES256', use: 'sig' }] },
    cookies: {
      keys: [...keys.cookies],
      names: { session: 'rollcall_session', interaction: 'rollcall_sign_in', resume: 'rollcall_sign_in_resume' },
      long: { signed: true, httpOnly: true, sameSite: 'lax' },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    conformIdTokenClaims: false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 10 * minutes,
      AuthorizationCode: minutes,
      IdToken: 10 * minutes,
      Interaction: 60 * minutes,
      RefreshToken: 14 * days,
      Grant: 14 * days,
      Session: 14 * days,
    },
    interactions: { url: (_ctx, interaction) => `/oidc/login/${interaction.uid}` },
    findAccount: async (_ctx, sub) => {
      const user = await users.get(sub);
      if (!user) return undefined;
      return { accountId: user.id, claims: () => ({ sub: user.id, name: user.name, email: user.email }) };
    },
    // Read anew for each token, so a changed role counts after ten minutes at the latest.
    extraTokenClaims: async (_ctx, token) => {
      const user = 'accountId' in token && token.accountId ? await users.get(token.accountId) : undefined;
      if (!user) throw new errors.InvalidGrant('the account is gone');
      return { org: user.organizationId, role: user.role, name: user.name };
    },
    loadExistingGrant: grantOurselves(resources),
    renderError: (ctx, out) => {
      ctx.type = 'html';
      const words = out.error_description ?? out.error;
      ctx.body = messagePage('That did not work', `Go back to the dashboard and try again. (${words})`);
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage({ form, atOnce: ctx.oidc.entities.IdTokenHint !== undefined });
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = messagePage('Signed out', 'You can close this page.');
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          return { scope: '', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
        },
      },
    },
  };
}

/** The only client is our own dashboard, so nobody is asked whether it may. */
function grantOurselves(resources: readonly string[]): NonNullable<Configuration['loadExistingGrant']> {
  return async (ctx: KoaContextWithOIDC) => {
    const { client, session, provider } = ctx.oidc;
    if (!client || !session?.accountId) return undefined;
    const known = session.grantIdFor(client.clientId);
    const existing = known ? await provider.Grant.find(known) : undefined;
    if (existing && existing.accountId === session.accountId) return existing;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(scope);
    for (const resource of resources) grant.addResourceScope(resource, scope);
    await grant.save();
    return grant;
  };
}
