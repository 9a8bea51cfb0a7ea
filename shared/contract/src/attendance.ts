import { z } from 'zod';
import { DoorId, PersonId } from './ids.ts';
import { Day, Instant } from './instant.ts';
import { AttendanceStatus } from './sighting.ts';

/** The session that lasts the whole local day: what everybody attends when no schedule is configured. */
export const allDaySessionId = 'all-day';

export const Attendance = z.object({
  id: z.string(),
  personId: PersonId,
  externalId: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  sessionId: z.string(),
  date: Day,
  status: AttendanceStatus,
  /** null when absent. */
  firstSeenAt: Instant.nullable(),
  lastSeenAt: Instant.nullable(),
  /** Where the person was first seen. */
  doorId: DoorId.nullable(),
  /** Why it is so, in words. */
  why: z.string(),
});
export type Attendance = z.infer<typeof Attendance>;

/** `date`, or `from` and `to` (at most 366 days, both included); default: today in the site's zone. */
export const AttendanceQuery = z
  .object({
    date: Day.optional(),
    from: Day.optional(),
    to: Day.optional(),
    groupId: z.string().max(64).optional(),
    status: AttendanceStatus.optional(),
    /** `json` or `csv`; stronger than the Accept header. Another is 406. */
    format: z.string().max(20).optional(),
  })
  .refine((q) => !q.date || (!q.from && !q.to), { path: ['date'], message: 'give either date, or from and to' })
  .refine((q) => !q.from || !q.to || q.from <= q.to, { path: ['to'], message: 'expected to at or after from' });
export type AttendanceQuery = z.infer<typeof AttendanceQuery>;
