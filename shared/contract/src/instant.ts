import { z } from 'zod';

/** RFC 3339 instant in UTC, `2026-11-22T08:03:11.250Z`. */
export const Instant = z.iso.datetime({ offset: false, local: false });
export type Instant = z.infer<typeof Instant>;

/** A local day, `YYYY-MM-DD`, in the site's zone. */
export const Day = z.iso.date();
export type Day = z.infer<typeof Day>;

/** A local wall-clock time, `HH:MM`. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM, 00:00 to 23:59');
export type TimeOfDay = z.infer<typeof TimeOfDay>;

/** An IANA time zone that this runtime knows, `Europe/Berlin`. */
export const TimeZone = z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin');
export type TimeZone = z.infer<typeof TimeZone>;

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
