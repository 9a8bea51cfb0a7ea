import type { DeviceRecord } from '../store/device-store.ts';

/** Whether a device with this certificate may connect. */
export function isAdmitted(device: DeviceRecord, certificate: string): boolean {
  if (device.state === 'revoked' || device.state === 'decommissioned') return false;
  return certificate === device.certificate || certificate === device.nextCertificate;
}

/**
 * The device after it came with an admitted certificate. Coming with its next one is what makes the earlier one worthless: until then a
 * device whose new certificate is of no use has the old one to go on with.
 */
export function cameWith(device: DeviceRecord, certificate: string): DeviceRecord {
  const state = device.state === 'allowed' ? 'active' : device.state;
  if (certificate !== device.nextCertificate) return { ...device, state };
  const oldCertificates = [...device.oldCertificates, ...known(device.certificate)];
  return { ...device, state, certificate, nextCertificate: null, oldCertificates };
}

/** The device with a certificate to go on with; one that it got before and never came with counts no more. */
export function withNext(device: DeviceRecord, certificate: string): DeviceRecord {
  if (certificate === device.nextCertificate) return device;
  const { nextCertificate, oldCertificates } = device;
  return { ...device, nextCertificate: certificate, oldCertificates: [...oldCertificates, ...known(nextCertificate)] };
}

/** The device with no certificate that counts: those that it had are to be taken back. */
export function withoutCertificates(device: DeviceRecord): DeviceRecord {
  const { certificate, nextCertificate, oldCertificates } = device;
  if (certificate === null && nextCertificate === null) return device;
  const old = [...oldCertificates, ...known(certificate), ...known(nextCertificate)];
  return { ...device, certificate: null, nextCertificate: null, oldCertificates: old };
}

/** Every certificate that was issued to the device and not taken back. */
export function certificatesOf({ certificate, nextCertificate, oldCertificates }: DeviceRecord): readonly string[] {
  return [...known(certificate), ...known(nextCertificate), ...oldCertificates];
}

function known(certificate: string | null): string[] {
  return certificate === null ? [] : [certificate];
}
