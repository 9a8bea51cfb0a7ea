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
    const renewed = createRenewal(manager, enter);
    const renew = async () => {
      if (await renewed()) return true;
      // Whatever went wrong, the person has to sign in again: that page tells when the server is away.
      await manager.removeUser();
      leave('expired');
      return false;
    };
    const freshToken = async (leastSeconds: number) => {
      if ((user.current?.expires_in ?? Number.POSITIVE_INFINITY) < leastSeconds) await renewed();
      return user.current?.access_token;
    };
    return { enter, leave, renew, freshToken };
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
      freshToken: tools.freshToken,
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
  readonly freshToken: Session['freshToken'];
}

/** Goes on with the user whom this tab knows, if the token is still good or can be renewed. */
async function restore(manager: UserManager, { enter, leave, renew }: Tools): Promise<void> {
  const found = await manager.getUser();
  if (!found) leave('new');
  else if (found.expired) await renew();
  else enter(found);
}

/** Renews once for all who ask at the same time: a refresh token works only once. @returns whether it did. */
function createRenewal(manager: UserManager, enter: (user: User) => void): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  const renew = async (): Promise<boolean> => {
    try {
      const renewed = await manager.signinSilent();
      if (renewed) enter(renewed);
      return renewed !== null;
    } catch {
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
