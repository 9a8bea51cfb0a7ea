import type { OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { CertificateStore } from '../store/certificate-store.ts';

export interface CheckClaimPorts {
  readonly certificates: CertificateStore;
  readonly clock: Clock;
}

/**
 * Whether devices of the organization may come with this claim now.
 * @param claim its fingerprint. @throws Denied with the reason for ops.
 */
export async function checkClaim(ports: CheckClaimPorts, org: OrganizationId, claim: string): Promise<void> {
  const record = await ports.certificates.get(org, claim);
  if (record?.kind !== 'claim') {
    throw new Denied(`this is no claim of ${org}: make one for it, and prepare the device with that`, {
      code: 'unknown-claim',
    });
  }
  const words = `the claim “${record.name}”`;
  if (record.revoked) throw new Denied(`${words} was revoked`, { code: 'revoked-claim' });
  if (record.endsAt !== null && Date.parse(record.endsAt) <= ports.clock.now()) {
    throw new Denied(`${words} ended at ${record.endsAt}: prepare the device with a new one`, {
      code: 'expired-claim',
    });
  }
}
