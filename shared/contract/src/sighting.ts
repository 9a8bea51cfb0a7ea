import { z } from 'zod';
import { CaptureId, DeviceId, DoorId, PassageId, PersonId, SightingId } from './ids.ts';
import { Day, Instant } from './instant.ts';

export const Verdict = z.enum(['accepted', 'doubtful', 'unknown', 'unusable', 'spoof']);
export type Verdict = z.infer<typeof Verdict>;

export const AttendanceStatus = z.enum(['present', 'late', 'absent', 'excused', 'left-early']);
export type AttendanceStatus = z.infer<typeof AttendanceStatus>;

export const PersonRef = z.object({ id: PersonId, externalId: z.string(), name: z.string() });
export type PersonRef = z.infer<typeof PersonRef>;

/** What a sighting did to the register. */
export const AttendanceMark = z.object({
  date: Day,
  sessionId: z.string(),
  status: AttendanceStatus,
  firstSeenAt: Instant,
  lastSeenAt: Instant,
  /** True when this sighting is the first of the session: the person was marked by it. */
  marked: z.boolean(),
});
export type AttendanceMark = z.infer<typeof AttendanceMark>;

/** A person that a face resembles, best first. */
export const SightingCandidate = z.object({ person: PersonRef, similarity: z.number() });
export type SightingCandidate = z.infer<typeof SightingCandidate>;

/** What an admin made of a doubtful or unknown sighting. */
export const Resolution = z.object({
  at: Instant,
  by: z.string(),
  personId: PersonId.nullable(),
});
export type Resolution = z.infer<typeof Resolution>;

export const Sighting = z.object({
  id: SightingId,
  /** When the picture was taken. */
  at: Instant,
  verdict: Verdict,
  /** Why, in words. */
  reason: z.string(),
  /** Who it is, by the verdict or by resolution; null for a doubtful or unknown one. */
  person: PersonRef.nullable(),
  /** 0 to 100 of the best candidate, null when there is none. Never in a kiosk's answer. */
  similarity: z.number().nullable(),
  candidates: z.array(SightingCandidate),
  doorId: DoorId.nullable(),
  deviceId: DeviceId.nullable(),
  captureId: CaptureId,
  passageId: PassageId,
  resolution: Resolution.nullable(),
  attendance: AttendanceMark.optional(),
});
export type Sighting = z.infer<typeof Sighting>;

export const SightingQuery = z.object({
  from: Instant.optional(),
  to: Instant.optional(),
  doorId: DoorId.optional(),
  personId: PersonId.optional(),
  verdict: Verdict.optional(),
  /** `true`: only doubtful and unknown ones that nobody has resolved yet. */
  open: z.stringbool().optional(),
});
export type SightingQuery = z.infer<typeof SightingQuery>;

export const ResolveInput = z.union([
  z.strictObject({
    personId: PersonId,
    /** Also enroll the picture as a photo of the person. */
    learn: z.boolean().optional(),
  }),
  z.strictObject({ dismiss: z.literal(true) }),
]);
export type ResolveInput = z.infer<typeof ResolveInput>;

/** Answer to a resolve: the sighting as it is now and, when it was to be learned, whether its picture was. */
export const Resolved = Sighting.extend({
  learned: z.object({ done: z.boolean(), reason: z.string().optional() }).optional(),
});
export type Resolved = z.infer<typeof Resolved>;

export const CaptureRequest = z.strictObject({ doorId: DoorId.optional() });
export type CaptureRequest = z.infer<typeof CaptureRequest>;

export const CaptureCreated = z.object({
  id: CaptureId,
  captureId: CaptureId,
  upload: z.object({
    url: z.url(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    expiresAt: Instant,
  }),
});
export type CaptureCreated = z.infer<typeof CaptureCreated>;

export const CaptureStatus = z.object({
  id: CaptureId,
  captureId: CaptureId,
  /** `pending` until recognized; `failed` when it could not be (the reason says why). */
  status: z.enum(['pending', 'done', 'failed']),
  reason: z.string().optional(),
  sightings: z.array(Sighting),
});
export type CaptureStatus = z.infer<typeof CaptureStatus>;
