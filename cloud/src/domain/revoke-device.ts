import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { NotFound } from '@rollcall/kit/app-error';
import type { DeviceLinks } from '../ports/device-links.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { CertificateStore } from '../store/certificate-store.ts';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';
import { stillKey } from './record-heartbeat.ts';

export interface RevokeDevicePorts {
  readonly devices: DeviceStore;
  readonly links: DeviceLinks;
}

export interface RemoveDevicePorts extends RevokeDevicePorts {
  readonly certificates: CertificateStore;
  readonly images: ImageStore;
}

/**
 * Ends a device's access: its certificate no longer counts, and an open connection is closed.
 * @throws NotFound
 */
export async function revokeDevice(ports: RevokeDevicePorts, org: OrganizationId, id: DeviceId): Promise<DeviceRecord> {
  const device = await ports.devices.change(org, id, (stored) =>
    stored.state === 'revoked' ? stored : { ...stored, state: 'revoked' },
  );
  if (!device) throw new NotFound(`there is no device ${id}`);
  await ports.links.drop(org, id);
  return device;
}

/** Revokes a device and forgets it with its last picture. What it sent stays. @throws NotFound */
export async function removeDevice(ports: RemoveDevicePorts, org: OrganizationId, id: DeviceId): Promise<void> {
  const device = await revokeDevice(ports, org, id);
  await ports.images.delete(stillKey(org, id));
  // The record last: until it is gone, a failed removal can be repeated.
  if (device.certificate) await ports.certificates.delete(org, device.certificate);
  await ports.devices.delete(org, id);
}
