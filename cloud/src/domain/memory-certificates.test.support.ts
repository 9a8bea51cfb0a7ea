import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { ClaimIssuer, IssuedClaim } from '../ports/claim-issuer.ts';
import type { DeviceCertificates } from '../ports/device-certificates.ts';

/** Certificates that were taken back, and devices that were forgotten, in order. */
export class MemoryCertificates implements DeviceCertificates {
  readonly retired: string[] = [];
  readonly forgotten: DeviceId[] = [];
  /** What the next calls fail with, one each. */
  readonly faults: Error[] = [];

  retire(_org: OrganizationId, _device: DeviceId, certificate: string): Promise<void> {
    const fault = this.faults.shift();
    if (fault) return Promise.reject(fault);
    this.retired.push(certificate);
    return Promise.resolve();
  }

  forget(_org: OrganizationId, device: DeviceId): Promise<void> {
    this.forgotten.push(device);
    return Promise.resolve();
  }
}

/** Claims with certificates that are none. */
export class MemoryClaims implements ClaimIssuer {
  readonly target = {
    caPem: 'the CA',
    template: 'rollcall',
    mqtt: { hosts: ['192.168.1.5', 'school.local'], port: 8883, prefix: 'rollcall' },
  };
  readonly withdrawn: string[] = [];
  #made = 0;

  issue(): Promise<IssuedClaim> {
    const fingerprint = String(++this.#made).padStart(64, '0');
    return Promise.resolve({
      fingerprint,
      certificatePem: `certificate ${this.#made}`,
      privateKeyPem: `key ${this.#made}`,
    });
  }

  withdraw(fingerprint: string): Promise<void> {
    this.withdrawn.push(fingerprint);
    return Promise.resolve();
  }
}
