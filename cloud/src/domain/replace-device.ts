import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import type { DeviceRecord } from '../store/device-store.ts';
import { type AllowDevicePorts, allowDevice, assignDevice } from './allow-device.ts';
import type { ConfigureDevicePorts } from './configure-device.ts';
import { handOverSettings } from './hand-over-settings.ts';
import { revokeDevice, type RevokeDevicePorts } from './revoke-device.ts';

/**
 * Lets new hardware take over the door of a device and what is set on it from afar; the access of the old one ends. The new one may be
 * there already, or is allowed now. What was cut off in between is completed by doing it again.
 * @returns the new one. @throws NotFound; InvalidInput for itself; Conflict when the new one watches another door or is to be wiped,
 * or another one took its place before.
 */
export async function replaceDevice(
  ports: AllowDevicePorts & RevokeDevicePorts & ConfigureDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  by: DeviceId,
): Promise<DeviceRecord> {
  if (id === by) {
    throw new InvalidInput(`a device cannot replace itself: revoke ${id}, and allow it again`, {
      errors: [{ path: 'by', message: 'expected another device' }],
    });
  }
  const old = await ports.devices.get(org, id);
  if (!old) throw new NotFound(`there is no device ${id}`);
  checkPlace(old, by);
  const next = await takeOver(ports, org, old, by);
  // Once: what is changed on the new one afterwards stays.
  if (old.replacedBy === null) await handOverSettings(ports, org, id, by);
  await ports.devices.change(org, id, (stored) => {
    // Somebody else may have been quicker with another one.
    checkPlace(stored, by);
    return { ...stored, doorId: null, replacedBy: by };
  });
  await revokeDevice(ports, org, id);
  return next;
}

/** @throws Conflict when another one than `by` took the place before. */
function checkPlace({ id, replacedBy }: DeviceRecord, by: DeviceId): void {
  if (replacedBy === null || replacedBy === by) return;
  throw new Conflict(`${replacedBy} took the place of device ${id} already: replace that one`);
}

async function takeOver(
  ports: AllowDevicePorts,
  org: OrganizationId,
  { doorId, replacedBy }: DeviceRecord,
  by: DeviceId,
): Promise<DeviceRecord> {
  const next = await ports.devices.get(org, by);
  if (next && replacedBy === by) return next;
  if (!next || next.state === 'revoked' || next.state === 'decommissioned') {
    return allowDevice(ports, org, { id: by, doorId: doorId ?? undefined });
  }
  if (next.state === 'decommissioning') {
    throw new Conflict(`device ${by} is to be wiped: take another one, or revoke it and allow it again first`);
  }
  if (next.doorId !== null && doorId !== null && next.doorId !== doorId) {
    throw new Conflict(`device ${by} watches ${next.doorId} already: assign it to no door first`);
  }
  return doorId === null ? next : assignDevice(ports, org, by, doorId);
}
