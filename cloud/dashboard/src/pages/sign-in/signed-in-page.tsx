import { ErrorResponse } from 'oidc-client-ts';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { PageLoading } from '../../components/page-loading.tsx';
import { text } from '../../messages/text.ts';
import { useSession } from '../../session/session-context.ts';
import { SignedOutPage } from './signed-out-page.tsx';

/** Where the issuer sends people back to; goes on to where they wanted to be. */
export function SignedInPage() {
  const { finishSignIn } = useSession();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string>();
  // A code works once, and development mode runs effects twice.
  const started = useRef(false);

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    finishSignIn().then(
      (returnTo) => navigate({ href: returnTo, replace: true }),
      (error: unknown) => setProblem(error instanceof ErrorResponse ? text.signIn.refused : text.signIn.failed),
    );
  }, [finishSignIn, navigate]);

  if (problem) return <SignedOutPage reason="new" problem={problem} returnTo="/" />;
  return <PageLoading />;
}
