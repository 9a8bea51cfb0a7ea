import type { ClaimIssuer } from '@rollcall/cloud/ports/claim-issuer';
import type { DeviceCertificates } from '@rollcall/cloud/ports/device-certificates';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { beforeAll, describe, expect, it } from 'vitest';

/** Drivers of both ports, and what there is where certificates count. */
export interface CertificatesDriver {
  readonly certificates: DeviceCertificates;
  readonly claims: Pick<ClaimIssuer, 'issue' | 'withdraw'>;
  /** A certificate of this device, and where it connects. @returns its id. */
  readonly register: (id: DeviceId) => Promise<string>;
  /** Whether somebody with this certificate would be let in. */
  readonly counts: (certificate: string) => Promise<boolean>;
}

const org = OrganizationId.parse('main');
const camera = DeviceId.parse('camera-1');

/** How certificates come and go, whoever issues them. */
export function deviceCertificatesContract(name: string, open: () => Promise<CertificatesDriver>): void {
  describe(`certificates: ${name}`, () => {
    let driver: CertificatesDriver;
    beforeAll(async () => {
      driver = await open();
    });

    it('of a device are taken back for good, as often as that is asked, and others stay', async () => {
      const { certificates, register, counts } = driver;
      const [old, present] = [await register(camera), await register(camera)];
      await certificates.retire(org, camera, old);
      await certificates.retire(org, camera, old);
      expect([await counts(old), await counts(present)]).toEqual([false, true]);
      await certificates.retire(org, camera, present);
      await certificates.forget(org, camera);
      await certificates.forget(org, camera);
      expect(await counts(present)).toBe(false);
    });

    it('that are claims have a key each that nobody else has, and are taken back as often as that is asked', async () => {
      const { claims } = driver;
      const [one, two] = [await claims.issue(30), await claims.issue(30)];
      for (const { fingerprint, certificatePem, privateKeyPem } of [one, two]) {
        expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
        expect(certificatePem).toContain('BEGIN CERTIFICATE');
        expect(privateKeyPem).toContain('PRIVATE KEY');
      }
      expect(one.fingerprint).not.toBe(two.fingerprint);
      expect(one.privateKeyPem).not.toBe(two.privateKeyPem);
      await claims.withdraw(one.fingerprint);
      await claims.withdraw(one.fingerprint);
    });
  });
}
