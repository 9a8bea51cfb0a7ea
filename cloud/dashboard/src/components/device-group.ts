import type { Device } from '@rollcall/contract/place';
import { pictureTrouble } from './picture-trouble.ts';

/** Cameras that are looked for together: somebody should look; well; not come yet; on their way out, or out. */
export const deviceGroups = ['trouble', 'well', 'awaited', 'out'] as const;
export type DeviceGroup = (typeof deviceGroups)[number];

/** In which group a camera is. */
export function groupOf(device: Device): DeviceGroup {
  const { state, online, health } = device;
  if (state === 'allowed') return 'awaited';
  if (state !== 'active') return 'out';
  if (!online) return 'trouble';
  if (!health) return 'well';
  const { camera, outbox, certificate, clockSynced, faceGate } = health;
  const isWell =
    (camera.state === 'ok' || camera.state === 'starting') &&
    !pictureTrouble(camera) &&
    outbox.problem === undefined &&
    certificate?.problem === undefined &&
    clockSynced &&
    faceGate?.state !== 'open';
  return isWell ? 'well' : 'trouble';
}

/** Those to look at come first; within a group they stay as they are. */
export function urgentFirst(devices: readonly Device[]): Device[] {
  const places = new Map(devices.map((device) => [device, deviceGroups.indexOf(groupOf(device))]));
  return devices.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** Whether somebody who typed `query` may mean it: by its door, or by its serial number. */
export function isMeant(query: string, device: Device, doorName: string | undefined): boolean {
  const words = query.trim().toLowerCase();
  return [device.id, doorName ?? ''].some((name) => name.toLowerCase().includes(words));
}
