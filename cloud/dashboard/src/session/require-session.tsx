import type { ReactNode } from 'react';
import { PageLoading } from '../components/page-loading.tsx';
import { SignedOutPage } from '../pages/sign-in/signed-out-page.tsx';
import { useSession } from './session-context.ts';

/** The page for whoever is signed in, the landing page for everybody else; the address stays, so that signing in leads back. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { state } = useSession();
  if (state.status === 'loading') return <PageLoading />;
  if (state.status === 'signed-out') return <SignedOutPage reason={state.reason} />;
  return children;
}
