import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { CertificateStore } from '../store/certificate-store.ts';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';

export interface RegisterDevicePorts {
  readonly devices: DeviceStore;
  readonly certificates: CertificateStore;
  readonly clock: Clock;
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
 * @param certificate its fingerprint. @throws Denied when the device is not allowed.
 */
export async function registerDevice(
  ports: RegisterDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  certificate: string,
): Promise<void> {
  checkAllowed(id, await ports.devices.get(org, id));
  // First whose it is, which alone admits nobody; then the device's record in one conditional write.
  await ports.certificates.put(org, {
    kind: 'device',
    fingerprint: certificate,
    deviceId: id,
    createdAt: instantOf(ports.clock.now()),
  });
  let replaced: string | null = null;
  const device = await ports.devices.change(org, id, (stored) => {
    checkAllowed(id, stored);
    replaced = stored.certificate;
    return { ...stored, certificate };
  });
  checkAllowed(id, device);
  if (replaced) await ports.certificates.delete(org, replaced);
}
