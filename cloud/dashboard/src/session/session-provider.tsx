import type { User, UserManager } from 'oidc-client-ts';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { createApi } from '../api/api.ts';
import { ApiProvider } from '../api/api-context.tsx';
import { SessionContext, type Session, type SessionState, type SignedOutReason } from './session-context.ts';

/** Who is signed in here, and the API with their token. */
export function SessionProvider({ manager, children }: { manager: UserManager; children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ status: 'loading' });
  const user = useRef<User | null>(null);

  const tools = useMemo<Tools>(() => {
    const enter = (entered: User) => {
      user.current = entered;
      setState({ status: 'signed-in', name: entered.profile.name ?? entered.profile.email ?? '' });
    };
    const leave = (reason: SignedOutReason) => {
      user.current = null;
      setState({ status: 'signed-out', reason });
    };
    const renew = createRenewal(manager, enter, () => leave('expired'));
    return { enter, leave, renew };
  }, [manager]);

  useEffect(() => {
    const forgetLoaded = manager.events.addUserLoaded(tools.enter);
    const forgetExpired = manager.events.addAccessTokenExpired(() => void tools.renew());
    void restore(manager, tools);
    return () => {
      forgetLoaded();
      forgetExpired();
    };
  }, [manager, tools]);

  const session = useMemo<Session>(
    () => ({
      state,
      signIn: (returnTo) => manager.signinRedirect({ state: returnTo }),
      async finishSignIn() {
        const entered = await manager.signinRedirectCallback();
        tools.enter(entered);
        return typeof entered.state === 'string' && entered.state.startsWith('/') ? entered.state : '/';
      },
      async signOut() {
        await manager.signoutRedirect();
      },
      accessToken: () => user.current?.access_token,
    }),
    [manager, state, tools],
  );

  const api = useMemo(
    () =>
      createApi({
        headers(): Record<string, string> {
          return user.current ? { authorization: `Bearer ${user.current.access_token}` } : {};
        },
        rejected: tools.renew,
      }),
    [tools],
  );

  return (
    <SessionContext value={session}>
      <ApiProvider value={api}>{children}</ApiProvider>
    </SessionContext>
  );
}

interface Tools {
  readonly enter: (user: User) => void;
  readonly leave: (reason: SignedOutReason) => void;
  readonly renew: () => Promise<boolean>;
}

/** Goes on with the user whom this tab knows, if the token is still good or can be renewed. */
async function restore(manager: UserManager, { enter, leave, renew }: Tools): Promise<void> {
  const found = await manager.getUser();
  if (!found) leave('new');
  else if (found.expired) await renew();
  else enter(found);
}

/** Renews once for all who ask at the same time: a refresh token works only once. */
function createRenewal(manager: UserManager, enter: (user: User) => void, fail: () => void): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  const renew = async (): Promise<boolean> => {
    try {
      const renewed = await manager.signinSilent();
      if (renewed) enter(renewed);
      else fail();
      return renewed !== null;
    } catch {
      // Whatever went wrong, the person has to sign in again: that page tells when the server is away.
      await manager.removeUser();
      fail();
      return false;
    } finally {
      running = undefined;
    }
  };
  return () => {
    running ??= renew();
    return running;
  };
}
