import type { ClaimIssuer, ClaimTarget } from '../../ports/claim-issuer.ts';

/** Claims. They are made rarely, and the client for it is large: it is loaded with the first. */
export function lazyClaims(target: ClaimTarget): ClaimIssuer {
  let opened: ReturnType<typeof open> | undefined;
  const issuer = () => (opened ??= open(target));
  return {
    issue: async () => (await issuer()).issue(),
    withdraw: async (fingerprint) => (await issuer()).withdraw(fingerprint),
    target,
  };
}

const open = async (target: ClaimTarget) => (await import('./open-claims.ts')).openClaims(target);
