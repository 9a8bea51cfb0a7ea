import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { LiveFeed } from '../ports/live-feed.ts';
import type { DeviceRecord } from '../store/device-store.ts';
import type { ConfigureDevicePorts } from './configure-device.ts';
import { cameWith, isAdmitted } from './device-certificates.ts';
import { giveSettings } from './hand-over-settings.ts';
import { retireCertificates, type RetireCertificatesPorts } from './retire-certificates.ts';

export interface RecordPresencePorts extends RetireCertificatesPorts, ConfigureDevicePorts {
  readonly liveFeed: LiveFeed;
  readonly clock: Clock;
}

/**
 * A device came, with its own certificate: from here on it is `active` and cannot register again unless it is allowed anew. If it came with
 * its next certificate, that is its only one now, and the earlier one is taken back.
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
    isAdmitted(stored, certificate) ? { ...cameWith(stored, certificate), lastSeenAt } : stored,
  );
  if (!device || !isAdmitted(device, certificate)) return false;
  await ports.liveFeed.publish(org, { kind: 'device', deviceId: id });
  await finishArrival(ports, org, device);
  return true;
}

/** What is left to do for a device that came, and may be done again. */
export async function finishArrival(
  ports: RetireCertificatesPorts & ConfigureDevicePorts,
  org: OrganizationId,
  device: DeviceRecord,
): Promise<void> {
  await retireCertificates(ports, org, device);
  await giveSettings(ports, org, device);
}

/** A device's connection ended. */
export async function recordDisconnected(ports: RecordPresencePorts, org: OrganizationId, id: DeviceId): Promise<void> {
  const lastSeenAt = instantOf(ports.clock.now());
  await ports.devices.change(org, id, (stored) => ({ ...stored, lastSeenAt }));
  await ports.liveFeed.publish(org, { kind: 'device', deviceId: id });
}
