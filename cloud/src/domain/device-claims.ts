import { type DeviceClaim, type DeviceClaimCreated, DeviceClaimId } from '@rollcall/contract/device-claim';
import type { OrganizationId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { NotFound } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ClaimIssuer } from '../ports/claim-issuer.ts';
import type { CertificateStore, ClaimRecord } from '../store/certificate-store.ts';

export interface DeviceClaimPorts {
  readonly certificates: CertificateStore;
  readonly claims: ClaimIssuer;
  readonly clock: Clock;
}

const dayMs = 86_400_000;

/** Makes a claim for a batch of devices. Its key is in the answer and is kept nowhere. @throws Unavailable */
export async function createClaim(
  { certificates, claims, clock }: DeviceClaimPorts,
  org: OrganizationId,
  { name, days }: { readonly name: string; readonly days: number },
): Promise<DeviceClaimCreated> {
  const { fingerprint, certificatePem, privateKeyPem } = await claims.issue(days);
  const now = clock.now();
  const claim = {
    kind: 'claim' as const,
    fingerprint: DeviceClaimId.parse(fingerprint),
    name,
    createdAt: instantOf(now),
    endsAt: instantOf(now + days * dayMs),
    revoked: false,
    withdrawn: false,
  };
  // On record it counts; one that is not admits nobody.
  await certificates.put(org, claim);
  return { ...describe(claim), certificatePem, privateKeyPem, org, ...claims.target };
}

/** The newest first. */
export async function listClaims(
  { certificates }: DeviceClaimPorts,
  org: OrganizationId,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<DeviceClaim>> {
  const page = await certificates.claims(org, query);
  return { items: page.items.map(describe), nextCursor: page.nextCursor };
}

/** Ends a claim: devices that came with it stay, no other comes with it. @throws NotFound, Unavailable */
export async function revokeClaim(
  { certificates, claims }: DeviceClaimPorts,
  org: OrganizationId,
  id: DeviceClaimId,
): Promise<DeviceClaim> {
  const claim = await certificates.get(org, id);
  if (claim?.kind !== 'claim') throw new NotFound(`there is no claim ${id}`);
  const revoked = { ...claim, revoked: true };
  await certificates.put(org, revoked);
  // Should it fail, `withdrawClaims` comes back to it.
  await claims.withdraw(id);
  await certificates.put(org, { ...revoked, withdrawn: true });
  return describe(revoked);
}

function describe({ fingerprint, name, createdAt, endsAt, revoked }: ClaimRecord): DeviceClaim {
  return { id: fingerprint, name, createdAt, expiresAt: endsAt, revoked };
}
