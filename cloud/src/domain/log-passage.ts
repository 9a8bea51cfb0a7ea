import type { PassageMessage } from '@rollcall/contract/capture';
import type { DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { PassageLog } from '../store/passage-log.ts';
import { trustedTime } from './trusted-time.ts';

/** Seconds for which it is told what passed at a door. Nobody is named in it. */
const keepSeconds = 31 * 86_400;

/** Writes down that something passed at a door, captured or not. Nothing is written for a device that has no door. */
export async function logPassage(
  { passageLog }: { readonly passageLog: PassageLog },
  at: {
    readonly org: OrganizationId;
    readonly deviceId: DeviceId;
    readonly doorId: DoorId | null;
    readonly receivedAt: number;
  },
  { passageId: id, openedAt: takenAt, closedAt, clockSynced, frames, captures, ended }: PassageMessage,
): Promise<void> {
  const { org, deviceId, doorId, receivedAt } = at;
  if (doorId === null) return;
  const lastedMs = Math.max(0, Date.parse(closedAt) - Date.parse(takenAt));
  const { takenAt: openedAt, clockTrusted } = trustedTime({ takenAt, clockSynced }, receivedAt);
  const told = { id, doorId, deviceId, openedAt, closedAt: instantOf(Date.parse(openedAt) + lastedMs), clockTrusted };
  await passageLog.add(
    org,
    { ...told, frames, captures, ended },
    Math.floor(Date.parse(openedAt) / 1000) + keepSeconds,
  );
}
