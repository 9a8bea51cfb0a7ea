import { createContext, useContext } from 'react';

/** Why nobody is signed in. */
export type SignedOutReason = 'new' | 'expired' | 'signed-out';

export type SessionState =
  | { readonly status: 'loading' }
  | { readonly status: 'signed-out'; readonly reason: SignedOutReason }
  | { readonly status: 'signed-in'; readonly name: string };

export interface Session {
  readonly state: SessionState;
  /** Goes to the sign-in page and comes back to `returnTo`, a path of this site. */
  readonly signIn: (returnTo: string) => Promise<void>;
  /** Finishes the way back from the sign-in page. @returns where the person wanted to go. */
  readonly finishSignIn: () => Promise<string>;
  readonly signOut: () => Promise<void>;
  /** An access token for the live feed: renewed first when it ends in less than `leastSeconds`, or as it is when that fails. */
  readonly freshToken: (leastSeconds: number) => Promise<string | undefined>;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it');
  return session;
}
