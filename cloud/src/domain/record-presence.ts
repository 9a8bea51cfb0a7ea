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
 * @returns the record as it is now: it may have been revoked since the connection was admitted. undefined: it was removed.
 */
export async function recordConnected(
  ports: RecordPresencePorts,
  org: OrganizationId,
  id: DeviceId,
): Promise<DeviceRecord | undefined> {
  const lastSeenAt = instantOf(ports.clock.now());
  const device = await ports.devices.change(org, id, (stored) => ({
    ...stored,
    lastSeenAt,
    state: stored.state === 'allowed' ? 'active' : stored.state,
  }));
  await ports.liveFeed.publish(org, { kind: 'device', deviceId: id });
  return device;
}

/** A device's connection ended. */
export async function recordDisconnected(ports: RecordPresencePorts, org: OrganizationId, id: DeviceId): Promise<void> {
  const lastSeenAt = instantOf(ports.clock.now());
  await ports.devices.change(org, id, (stored) => ({ ...stored, lastSeenAt }));
  await ports.liveFeed.publish(org, { kind: 'device', deviceId: id });
}
