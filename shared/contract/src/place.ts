import { z } from 'zod';
import { DeviceId, DoorId, SiteId } from './ids.ts';
import { Instant, TimeZone } from './instant.ts';
import { Heartbeat } from './heartbeat.ts';

export const Site = z.object({ id: SiteId, name: z.string(), timeZone: TimeZone });
export type Site = z.infer<typeof Site>;

export const SiteInput = z.strictObject({
  id: SiteId.optional(),
  name: z.string().trim().min(1).max(80),
  timeZone: TimeZone,
});
export type SiteInput = z.infer<typeof SiteInput>;

/** Of `PATCH /v1/sites/{id}`. */
export const SitePatch = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  timeZone: TimeZone.optional(),
});
export type SitePatch = z.infer<typeof SitePatch>;

export const Direction = z.enum(['in', 'out', 'both']);
export type Direction = z.infer<typeof Direction>;

export const Door = z.object({ id: DoorId, siteId: SiteId, name: z.string(), direction: Direction });
export type Door = z.infer<typeof Door>;

export const DoorInput = z.strictObject({
  id: DoorId.optional(),
  siteId: SiteId.optional(),
  name: z.string().trim().min(1).max(80),
  direction: Direction.default('both'),
});
export type DoorInput = z.infer<typeof DoorInput>;

/** Of `PATCH /v1/doors/{id}`. */
export const DoorPatch = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  direction: Direction.optional(),
});
export type DoorPatch = z.infer<typeof DoorPatch>;

/** A camera agent as ops see it. */
export const Device = z.object({
  id: DeviceId,
  doorId: DoorId.nullable(),
  /** `allowed`: on the allow-list, has not called yet; `active`: has come with its own certificate; `revoked`. */
  state: z.enum(['allowed', 'active', 'revoked']),
  online: z.boolean(),
  lastSeenAt: Instant.nullable(),
  health: Heartbeat.omit({ still: true }).nullable(),
  /** When the last still was received; the picture is at `/v1/devices/{id}/still`. */
  stillAt: Instant.nullable(),
});
export type Device = z.infer<typeof Device>;

export const DeviceInput = z.strictObject({ id: DeviceId, doorId: DoorId.optional() });
export type DeviceInput = z.infer<typeof DeviceInput>;

/** Of `PATCH /v1/devices/{id}`: the door that its camera watches, null for none. */
export const DevicePatch = z.strictObject({ doorId: DoorId.nullable() });
export type DevicePatch = z.infer<typeof DevicePatch>;
