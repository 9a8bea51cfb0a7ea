import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import { isAdmitted, withNext } from './device-certificates.ts';
import { type NewCertificate, recordCertificate, type RegisterDevicePorts } from './register-device.ts';

/** Certificates of one device that wait to be taken back, at most. It takes a device that asks again and again to get there. */
const maxOld = 20;

export interface Rotation {
  /** Fingerprint of the certificate with which the device came to ask. */
  readonly present: string;
  readonly next: NewCertificate;
}

/**
 * Gives a device a certificate to go on with, besides the one that it came with, which ends once the device has come with the new one.
 * @throws Denied when the certificate that it came with does not count.
 */
export async function rotateCertificate(
  ports: RegisterDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  { present, next }: Rotation,
): Promise<void> {
  const device = await ports.devices.get(org, id);
  if (!device || !isAdmitted(device, present)) {
    throw new Denied(`device ${id} did not come with a certificate of its own that counts`, {
      code: 'device-not-allowed',
    });
  }
  if (device.oldCertificates.length >= maxOld) {
    throw new Denied(`device ${id} has asked for too many certificates`, { code: 'throttled' });
  }
  await recordCertificate(ports, org, id, next);
  // Once it is revoked, what it asked for a moment ago does not count either: the record's state decides.
  await ports.devices.change(org, id, (stored) => withNext(stored, next.fingerprint));
}
