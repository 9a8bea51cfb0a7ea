import { z } from 'zod';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/, 'expected 1 to 48 of a-z, 0-9 and -');
const ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'expected a ULID');

/** The tenant. Appears in topics, keys and the token's `org` claim. */
export const OrganizationId = slug.brand<'OrganizationId'>();
export type OrganizationId = z.infer<typeof OrganizationId>;

/** An AWS IoT thing name; also the MQTT client id. Letters, digits, `-`, `_`, `:` as AWS allows; no more than 64. */
export const DeviceId = z
  .string()
  .regex(/^[a-zA-Z0-9:_-]{1,64}$/, 'expected 1 to 64 of letters, digits, : _ -')
  .brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

export const SiteId = slug.brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

export const DoorId = slug.brand<'DoorId'>();
export type DoorId = z.infer<typeof DoorId>;

export const PersonId = ulid.brand<'PersonId'>();
export type PersonId = z.infer<typeof PersonId>;

export const PhotoId = ulid.brand<'PhotoId'>();
export type PhotoId = z.infer<typeof PhotoId>;

/** Made by whoever takes the picture; what makes a redelivery a no-op. */
export const CaptureId = ulid.brand<'CaptureId'>();
export type CaptureId = z.infer<typeof CaptureId>;

export const PassageId = ulid.brand<'PassageId'>();
export type PassageId = z.infer<typeof PassageId>;

/** Made by the device; what makes a redelivery a no-op. */
export const ReportId = ulid.brand<'ReportId'>();
export type ReportId = z.infer<typeof ReportId>;

/** `<passage id>.<track>`: one sighting per face that went through in a passage, so a retry writes the same one. */
export const SightingId = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}\.\d{1,3}$/, 'expected a passage id, a dot and a track number')
  .brand<'SightingId'>();
export type SightingId = z.infer<typeof SightingId>;

export const ApiKeyId = ulid.brand<'ApiKeyId'>();
export type ApiKeyId = z.infer<typeof ApiKeyId>;

export const UserId = ulid.brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;
