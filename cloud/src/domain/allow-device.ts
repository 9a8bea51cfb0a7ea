import type { DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, NotFound } from '@rollcall/kit/app-error';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';
import type { PlaceStore } from '../store/place-store.ts';
import { checkDoor } from './check-door.ts';
import { withoutCertificates } from './device-certificates.ts';

export interface AllowDevicePorts {
  readonly devices: DeviceStore;
  readonly places: PlaceStore;
}

/**
 * Puts a serial number on the allow-list, so that the device with it may register once. A revoked device may be allowed again,
 * which is also how a device that lost its key gets a new certificate: revoke it, then allow it.
 * @throws Conflict when it is allowed or active already; InvalidInput for a door that is not there.
 */
export async function allowDevice(
  ports: AllowDevicePorts,
  org: OrganizationId,
  input: { readonly id: DeviceId; readonly doorId?: DoorId | undefined },
): Promise<DeviceRecord> {
  const { id, doorId } = input;
  if (doorId !== undefined) await checkDoor(ports, org, doorId);
  const again = await ports.devices.change(org, id, (device) => {
    if (device.state !== 'revoked' && device.state !== 'decommissioned') {
      throw new Conflict(`device ${id} is ${device.state} already; revoke it first to let it register anew`);
    }
    const fresh = { state: 'allowed', replacedBy: null, decommission: null } as const;
    return { ...withoutCertificates(device), ...fresh, doorId: doorId ?? device.doorId };
  });
  return (
    again ??
    ports.devices.create(org, {
      id,
      doorId: doorId ?? null,
      state: 'allowed',
      certificate: null,
      lastSeenAt: null,
      health: null,
      stillAt: null,
    })
  );
}

/** Says which door a device's camera watches. @throws NotFound for the device, InvalidInput for the door. */
export async function assignDevice(
  ports: AllowDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  doorId: DoorId | null,
): Promise<DeviceRecord> {
  if (doorId !== null) await checkDoor(ports, org, doorId);
  const device = await ports.devices.change(org, id, (stored) => ({ ...stored, doorId }));
  if (!device) throw new NotFound(`there is no device ${id}`);
  return device;
}
