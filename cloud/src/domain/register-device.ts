import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { Instant } from '@rollcall/contract/instant';
import { Denied } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { CertificateStore } from '../store/certificate-store.ts';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';
import { withoutCertificates } from './device-certificates.ts';

export interface RegisterDevicePorts {
  readonly devices: DeviceStore;
  readonly certificates: CertificateStore;
  readonly clock: Clock;
}

/** A certificate that was issued to a device that is about to register it. */
export interface NewCertificate {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** When the device should have renewed it; absent where it ends later than anybody plans for. */
  readonly renewAt?: Instant;
}

/** Whether a serial number is on the allow-list now: the pre-provisioning hook. @throws Denied with the reason for ops. */
export function checkAllowed(id: DeviceId, device: DeviceRecord | undefined): asserts device is DeviceRecord {
  if (!device) throw new Denied(`device ${id} is not on the allow-list`, { code: 'device-not-allowed' });
  if (device.state !== 'allowed') {
    throw new Denied(`device ${id} is ${device.state}; allow it again before it can register`, {
      code: 'device-not-allowed',
    });
  }
}

/**
 * Makes `certificate` the one with which the device may connect. The device stays `allowed` until it has connected with it:
 * if the answer to its registration is lost it registers once more, and the earlier certificate no longer counts.
 * @throws Denied when the device is not allowed.
 */
export async function registerDevice(
  ports: RegisterDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  certificate: NewCertificate,
): Promise<void> {
  checkAllowed(id, await ports.devices.get(org, id));
  await recordCertificate(ports, org, id, certificate);
  const device = await ports.devices.change(org, id, (stored) => {
    checkAllowed(id, stored);
    if (stored.certificate === certificate.fingerprint) return stored;
    return { ...withoutCertificates(stored), certificate: certificate.fingerprint };
  });
  checkAllowed(id, device);
}

/** Says whose a certificate is, which alone admits nobody. */
export async function recordCertificate(
  ports: RegisterDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  { fingerprint, renewAt }: NewCertificate,
): Promise<void> {
  const createdAt = instantOf(ports.clock.now());
  await ports.certificates.put(org, {
    kind: 'device',
    fingerprint,
    deviceId: id,
    createdAt,
    ...(renewAt === undefined ? {} : { renewAt }),
  });
}
