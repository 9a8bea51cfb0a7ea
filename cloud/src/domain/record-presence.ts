import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { LiveFeed } from '../ports/live-feed.ts';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';

export interface RecordPresencePorts {
  readonly devices: DeviceStore;
  readonly liveFeed: LiveFeed;
  readonly clock: Clock;
}

/**
 * A device came, with its own certificate: from here on it is `active` and cannot register again unless it is allowed anew.
 * @param certificate the fingerprint with which it came.
 * @returns whether it may stay: it may have been revoked since the connection was admitted.
 */
export async function recordConnected(
  ports: RecordPresencePorts,
  org: OrganizationId,
  id: DeviceId,
  certificate: string,
): Promise<boolean> {
  const lastSeenAt = instantOf(ports.clock.now());
  const device = await ports.devices.change(org, id, (stored) =>
    isAdmitted(stored, certificate) ? { ...stored, lastSeenAt, state: 'active' } : stored,
  );
  if (!device || !isAdmitted(device, certificate)) return false;
  await ports.liveFeed.publish(org, { kind: 'device', deviceId: id });
  return true;
}

/** A device's connection ended. */
export async function recordDisconnected(ports: RecordPresencePorts, org: OrganizationId, id: DeviceId): Promise<void> {
  const lastSeenAt = instantOf(ports.clock.now());
  await ports.devices.change(org, id, (stored) => ({ ...stored, lastSeenAt }));
  await ports.liveFeed.publish(org, { kind: 'device', deviceId: id });
}

/** Whether the certificate is the device's own and counts. */
export function isAdmitted(device: DeviceRecord, certificate: string): boolean {
  return device.state !== 'revoked' && device.certificate === certificate;
}
