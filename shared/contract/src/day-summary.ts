import { z } from 'zod';
import { Day, TimeOfDay, TimeZone } from './instant.ts';

/** People by how they stand today. `registered` is everybody; who is neither present, late, excused nor absent is still expected. */
export const DayCount = z.object({
  registered: z.int(),
  present: z.int(),
  late: z.int(),
  absent: z.int(),
  excused: z.int(),
});
export type DayCount = z.infer<typeof DayCount>;

/** One day at a glance, so that a wall display needs not read 10,000 rows: `GET /v1/attendance/summary?date=`. */
export const DaySummary = z.object({
  date: Day,
  timeZone: TimeZone,
  total: DayCount,
  /** By name; a person of several groups counts in each. */
  groups: z.array(DayCount.extend({ group: z.string() })),
  /** First arrivals by local five-minute slot, in order; slots without any are left out. */
  arrivals: z.array(z.object({ at: TimeOfDay, count: z.int() })),
});
export type DaySummary = z.infer<typeof DaySummary>;

export const DaySummaryQuery = z.object({ date: Day.optional() });
export type DaySummaryQuery = z.infer<typeof DaySummaryQuery>;
