import { z } from 'zod';
import { OrganizationId } from './ids.ts';
import { TimeOfDay, TimeZone } from './instant.ts';

/** Times of the all-day session. Without it people are only ever `present`. */
export const DaySession = z
  .strictObject({
    start: TimeOfDay,
    /** Minutes after `start` until which somebody still counts as present. */
    graceMinutes: z.int().min(0).max(720),
    end: TimeOfDay,
  })
  .refine((d) => d.start < d.end, { path: ['end'], message: 'expected end after start' });
export type DaySession = z.infer<typeof DaySession>;

/** On the engine's scale of 0 to 100; see docs/recognition.md for what each value admits. */
export const MatchThresholds = z
  .strictObject({
    /** At or over it, with enough margin: accepted. */
    accept: z.number().min(50).max(100),
    /** At or over it: doubtful; below: unknown. */
    doubtful: z.number().min(0).max(100),
    /**
     * Points that the best must be ahead of the second person when it is just at `accept`. Above it, where points get narrower, the same
     * factor of odds: see the match policy.
     */
    margin: z.number().min(0).max(50),
  })
  .refine((t) => t.doubtful <= t.accept, { path: ['doubtful'], message: 'expected doubtful at or below accept' });
export type MatchThresholds = z.infer<typeof MatchThresholds>;

export const Retention = z.strictObject({
  /** Days that the picture of an accepted sighting is kept. */
  captureDays: z.int().min(1).max(3650),
  /** Days that pictures of unknown and doubtful faces are kept. */
  unknownDays: z.int().min(1).max(365),
});
export type Retention = z.infer<typeof Retention>;

export const Organization = z.object({
  id: OrganizationId,
  name: z.string(),
  timeZone: TimeZone,
  day: DaySession.nullable(),
  thresholds: MatchThresholds,
  /** Sightings of one person at one door within this time are one in the live feed; attendance never counts twice anyway. */
  dedupeWindowSeconds: z.int(),
  retention: Retention,
});
export type Organization = z.infer<typeof Organization>;

export const OrganizationPatch = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  timeZone: TimeZone.optional(),
  day: DaySession.nullable().optional(),
  thresholds: MatchThresholds.optional(),
  dedupeWindowSeconds: z.int().min(0).max(86_400).optional(),
  retention: Retention.optional(),
});
export type OrganizationPatch = z.infer<typeof OrganizationPatch>;
