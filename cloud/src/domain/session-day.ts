import type { Day, Instant } from '@rollcall/contract/instant';
import type { DaySession } from '@rollcall/contract/organization';
import { Temporal } from 'temporal-polyfill';

/** The local day in which `instant` falls. */
export function dayOf(instant: Instant, zone: string): Day {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The day `days` after `day`; negative for before. */
export function dayAfter(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Days from `from` to `to`, both included; 0 or less when `to` is before. */
export function countDays(from: Day, to: Day): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days + 1;
}

/** First instant of a local day, and of the next: 23 to 25 hours where clocks change. */
export function spanOfDay(day: Day, zone: string): { readonly from: Instant; readonly to: Instant } {
  const start = Temporal.PlainDate.from(day).toZonedDateTime(zone);
  return { from: toInstant(start), to: toInstant(start.add({ days: 1 }).startOfDay()) };
}

/** When the all-day session of one day starts, when people begin to be late, and when it ends; ms since the epoch. */
export interface SessionTimes {
  readonly settings: DaySession;
  readonly startMs: number;
  readonly lateAfterMs: number;
  readonly endMs: number;
}

/** A wall-clock time that a change of the clocks skips is taken as much later; of one that comes twice the first counts. */
export function sessionTimes(day: Day, settings: DaySession, zone: string): SessionTimes {
  const at = (time: string) =>
    Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) });
  const startMs = at(settings.start).epochMilliseconds;
  return {
    settings,
    startMs,
    lateAfterMs: startMs + settings.graceMinutes * 60_000,
    endMs: at(settings.end).epochMilliseconds,
  };
}

/** Wall-clock time as `HH:MM`, or `HH:MM:SS`. */
export function wallTime(instant: Instant, zone: string, unit: 'minute' | 'second' = 'minute'): string {
  const time = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainTime();
  return time.toString({ smallestUnit: unit, roundingMode: 'trunc' });
}

function toInstant(time: Temporal.ZonedDateTime): Instant {
  return time.toInstant().toString({ fractionalSecondDigits: 3 });
}
