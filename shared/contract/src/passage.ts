import { z } from 'zod';
import { PassageMessage } from './capture.ts';
import { DeviceId, DoorId, PassageId } from './ids.ts';
import { Instant } from './instant.ts';

/** Movement at a door, from the first moving frame to quiet; kept whether or not anything of it was captured. */
export const Passage = z.object({
  id: PassageId,
  doorId: DoorId,
  deviceId: DeviceId,
  /** As far as the device's clock was believed. */
  openedAt: Instant,
  closedAt: Instant,
  clockTrusted: z.boolean(),
  ...PassageMessage.pick({ frames: true, captures: true, ended: true }).shape,
});
export type Passage = z.infer<typeof Passage>;

/** Of `GET /v1/doors/{id}/passages`: by when they opened; both ends are included. */
export const PassageQuery = z.object({ from: Instant.optional(), to: Instant.optional() });
export type PassageQuery = z.infer<typeof PassageQuery>;
