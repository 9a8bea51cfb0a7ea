import type { OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { ClaimIssuer } from '../ports/claim-issuer.ts';
import type { CertificateStore } from '../store/certificate-store.ts';

export interface WithdrawClaimsPorts {
  readonly certificates: CertificateStore;
  readonly claims: Pick<ClaimIssuer, 'withdraw'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Claims of one look; the rest is looked at in the next one. */
const atOnce = 100;

/**
 * Takes claims back where they were issued, once they ended or were revoked. Nobody comes with them from that moment on by the records
 * alone; but a certificate that is of no use to anybody is better not there.
 */
export async function withdrawClaims(ports: WithdrawClaimsPorts, org: OrganizationId): Promise<void> {
  const { certificates, claims, log } = ports;
  for (const claim of await certificates.claimsToWithdraw(org, instantOf(ports.clock.now()), atOnce)) {
    try {
      await claims.withdraw(claim.fingerprint);
      await certificates.put(org, { ...claim, withdrawn: true });
      log.info('claim-withdrawn', { org, claim: claim.fingerprint, endsAt: claim.endsAt });
    } catch (err) {
      // One that is in the way of nobody: the next round tries again.
      log.error('claim-not-withdrawn', { org, claim: claim.fingerprint, err });
    }
  }
}
