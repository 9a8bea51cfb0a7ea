import type { DeviceCertificates } from '../../ports/device-certificates.ts';
import type { CertificateStore } from '../../store/certificate-store.ts';

/** Certificates of the site's own authority: what is not in the records admits nobody, so forgetting one is taking it back. */
export function issuedCertificates(certificates: CertificateStore): DeviceCertificates {
  return {
    retire: (org, _device, certificate) => certificates.delete(org, certificate),
    forget: () => Promise.resolve(),
  };
}
