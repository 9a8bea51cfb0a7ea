import { DeviceSettings } from '@rollcall/contract/device-config';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import type { DeviceRecord } from '../store/device-store.ts';
import { type ConfigureDevicePorts, configureDevice, readDeviceConfig } from './configure-device.ts';

/**
 * Sets on a device what is set from afar on another one, if anything is. Where a device that never registered cannot be set up, as on AWS
 * IoT, its record keeps them until it comes: `giveSettings`. Settings that somebody wrote past the API and that do not fit stay behind.
 */
export async function handOverSettings(
  ports: ConfigureDevicePorts,
  org: OrganizationId,
  from: DeviceId,
  to: DeviceId,
): Promise<void> {
  const { data: settings } = DeviceSettings.safeParse((await readDeviceConfig(ports, org, from)).desired);
  if (settings === undefined || Object.keys(settings).length === 0) return;
  try {
    await configureDevice(ports, org, to, () => settings, undefined);
  } catch (error) {
    if (!(error instanceof Conflict) || error.code !== 'not-registered') throw error;
    await ports.devices.change(org, to, (stored) => ({ ...stored, settings }));
  }
}

/** Sets on a device that has come what was kept for it. What fails is tried again with its next connection. */
export async function giveSettings(
  ports: ConfigureDevicePorts,
  org: OrganizationId,
  { id, settings }: DeviceRecord,
): Promise<void> {
  if (settings === null) return;
  await configureDevice(ports, org, id, () => settings, undefined);
  await ports.devices.change(org, id, (stored) => ({ ...stored, settings: null }));
}
