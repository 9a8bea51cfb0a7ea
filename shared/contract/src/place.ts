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

/**
 * `allowed`: on the allow-list, has not called yet; `active`: has come with its own certificate; `decommissioning`: may still connect, to
 * send what it has and to be told to wipe itself; `decommissioned`: said that it did; `revoked`: its access was taken away.
 */
export const DeviceState = z.enum(['allowed', 'active', 'decommissioning', 'decommissioned', 'revoked']);
export type DeviceState = z.infer<typeof DeviceState>;

/** A camera agent as ops see it. */
export const Device = z.object({
  id: DeviceId,
  doorId: DoorId.nullable(),
  state: DeviceState,
  online: z.boolean(),
  lastSeenAt: Instant.nullable(),
  health: Heartbeat.omit({ still: true }).nullable(),
  /** When the last still was received; the picture is at `/v1/devices/{id}/still`. */
  stillAt: Instant.nullable(),
  /** What took its place at its door. */
  replacedBy: DeviceId.nullable(),
  /** Set from when it was asked to be wiped; past `deadline` its access ends, wiped or not. `wipedAt`: when it said that it was. */
  decommission: z.object({ requestedAt: Instant, deadline: Instant, wipedAt: Instant.nullable() }).nullable(),
});
export type Device = z.infer<typeof Device>;

export const DeviceInput = z.strictObject({ id: DeviceId, doorId: DoorId.optional() });
export type DeviceInput = z.infer<typeof DeviceInput>;

/** Of `PATCH /v1/devices/{id}`: the door that its camera watches, null for none. */
export const DevicePatch = z.strictObject({ doorId: DoorId.nullable() });
export type DevicePatch = z.infer<typeof DevicePatch>;

/** Of `POST /v1/devices/{id}/replace`: the device that takes over its door. */
export const DeviceReplace = z.strictObject({ by: DeviceId });
export type DeviceReplace = z.infer<typeof DeviceReplace>;

/** Of `POST /v1/devices/{id}/decommission`. */
export const DeviceDecommission = z.strictObject({
  /** How long a device that is away may take to come and be wiped. */
  deadlineHours: z
    .int()
    .min(1)
    .max(24 * 90)
    .default(24 * 7),
});
export type DeviceDecommission = z.infer<typeof DeviceDecommission>;
