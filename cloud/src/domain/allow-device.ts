import type { DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';
import type { PlaceStore } from '../store/place-store.ts';

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
  if (doorId !== undefined && !(await ports.places.getDoor(org, doorId))) {
    throw new InvalidInput(`there is no door ${doorId}`, {
      errors: [{ path: 'doorId', message: 'expected the id of a door of this organization' }],
    });
  }
  const again = await ports.devices.change(org, id, (device) => {
    if (device.state !== 'revoked') {
      throw new Conflict(`device ${id} is ${device.state} already; revoke it first to let it register anew`);
    }
    return { ...device, state: 'allowed', certificate: null, doorId: doorId ?? device.doorId };
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
