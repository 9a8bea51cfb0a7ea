import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { NotFound } from '@rollcall/kit/app-error';
import type { DeviceLinks } from '../ports/device-links.ts';
import type { DeviceShadows } from '../ports/device-shadows.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';
import { certificatesOf } from './device-certificates.ts';
import { stillKey } from './record-heartbeat.ts';
import type { RetireCertificatesPorts } from './retire-certificates.ts';

export interface RevokeDevicePorts {
  readonly devices: DeviceStore;
  readonly links: DeviceLinks;
}

export interface ForgetDevicePorts extends RevokeDevicePorts, RetireCertificatesPorts {
  readonly images: ImageStore;
  readonly shadows: DeviceShadows;
}

/**
 * Ends a device's access: its certificate no longer counts, and an open connection is closed.
 * @throws NotFound
 */
export async function revokeDevice(ports: RevokeDevicePorts, org: OrganizationId, id: DeviceId): Promise<DeviceRecord> {
  const device = await ports.devices.change(org, id, (stored) =>
    stored.state === 'revoked' || stored.state === 'decommissioned' ? stored : { ...stored, state: 'revoked' },
  );
  if (!device) throw new NotFound(`there is no device ${id}`);
  await ports.links.drop(org, id);
  return device;
}

/** Revokes a device and forgets it with its certificates, its configuration and its last picture. What it sent stays. @throws NotFound */
export async function removeDevice(ports: ForgetDevicePorts, org: OrganizationId, id: DeviceId): Promise<void> {
  const device = await revokeDevice(ports, org, id);
  await ports.images.delete(stillKey(org, id));
  await ports.shadows.delete(org, id);
  for (const certificate of certificatesOf(device)) await ports.deviceCertificates.retire(org, id, certificate);
  await ports.deviceCertificates.forget(org, id);
  // The record last: until it is gone, a failed removal can be repeated.
  await ports.devices.delete(org, id);
}
