import { z } from 'zod';
import { PersonId, PhotoId } from './ids.ts';
import { Instant } from './instant.ts';

export const PersonInput = z.strictObject({
  /** Roll or staff number; unique in the organization. */
  externalId: z.string().trim().min(1).max(64),
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254).optional(),
  groups: z.array(z.string().trim().min(1).max(64)).max(50).optional(),
  /** `manual`: no biometrics; marked by an admin. */
  method: z.enum(['face', 'manual']).optional(),
});
export type PersonInput = z.infer<typeof PersonInput>;

export const PersonPatch = PersonInput.partial().extend({
  /** null removes it. */
  email: z.email().max(254).nullable().optional(),
});
export type PersonPatch = z.infer<typeof PersonPatch>;

/** Of `GET /v1/people`, beside the page: `query` is found in names and external ids, whatever the case. By name. */
export const PersonQuery = z.object({
  query: z.string().trim().max(120).optional(),
  groupId: z.string().max(64).optional(),
});
export type PersonQuery = z.infer<typeof PersonQuery>;

export const Consent = z.strictObject({
  policyVersion: z.string().trim().min(1).max(64),
  grantedAt: Instant,
  /** Who gave it: the person, or a guardian. */
  by: z.string().trim().min(1).max(120),
});
export type Consent = z.infer<typeof Consent>;

export const Person = z.object({
  id: PersonId,
  externalId: z.string(),
  name: z.string(),
  email: z.string().optional(),
  groups: z.array(z.string()),
  method: z.enum(['face', 'manual']),
  consent: Consent.nullable(),
  photoCount: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Person = z.infer<typeof Person>;

/** What was measured on the one face of a photo. */
export const FaceQuality = z.object({
  /** Width of the face in pixels. */
  facePixels: z.number(),
  /** 0 to 100. */
  sharpness: z.number(),
  /** 0 to 100. */
  brightness: z.number(),
  /** Degrees; 0 looks into the camera. Null when the face service did not say. */
  yaw: z.number().nullable(),
  pitch: z.number().nullable(),
  roll: z.number().nullable(),
  /** Advice for a better photo, in words; empty when there is nothing to say. */
  advice: z.array(z.string()),
});
export type FaceQuality = z.infer<typeof FaceQuality>;

export const Photo = z.object({
  id: PhotoId,
  photoId: PhotoId,
  personId: PersonId,
  quality: FaceQuality,
  /** The engine that made its vector, `embedded/1`. */
  engine: z.string(),
  addedAt: Instant,
});
export type Photo = z.infer<typeof Photo>;

/** What forgetting a person removed, and when. */
export const ForgetReceipt = z.object({
  id: z.string(),
  personId: PersonId,
  forgottenAt: Instant,
  removed: z.object({
    photos: z.int(),
    vectors: z.int(),
    captures: z.int(),
    sightings: z.int(),
    attendance: z.int(),
  }),
});
export type ForgetReceipt = z.infer<typeof ForgetReceipt>;
