import type { DaySummary } from '@rollcall/contract/day-summary';
import type { DaySession } from '@rollcall/contract/organization';
import { timeOf } from '../../format/time.ts';

/** Minutes since midnight, and how many had arrived by then. */
export interface CurvePoint {
  readonly minute: number;
  readonly arrived: number;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Whole hours, or every second one, within the range. */
  readonly ticks: readonly number[];
}

/** The running sum of first arrivals, over a range that shows the whole morning and no empty night. */
export function arrivalsCurve(arrivals: DaySummary['arrivals'], day: DaySession | null): Curve {
  const points: CurvePoint[] = [];
  let arrived = 0;
  for (const slot of arrivals) {
    const minute = minuteOf(slot.at);
    if (points.length === 0) points.push({ minute, arrived: 0 });
    arrived += slot.count;
    // A slot is named by its beginning; its people are in by its end.
    points.push({ minute: minute + 5, arrived });
  }
  const first = Math.min(points[0]?.minute ?? 24 * 60, day ? minuteOf(day.start) - 45 : 24 * 60);
  const last = Math.max(points.at(-1)?.minute ?? 0, day ? minuteOf(day.start) + 75 : 0);
  const fromMinute = Math.max(0, Math.floor((first - 10) / 30) * 30);
  const toMinute = Math.min(24 * 60, Math.max(Math.ceil((last + 10) / 30) * 30, fromMinute + 120));
  return { points, fromMinute, toMinute, ticks: ticksOf(fromMinute, toMinute) };
}

/** `08:30` → 510. */
export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** 510 → `08:30`, as the reader's locale writes it. */
export function clockOf(minute: number): string {
  return timeOf(new Date(minute * 60_000).toISOString(), 'UTC');
}

function ticksOf(from: number, to: number): number[] {
  const hours = (to - from) / 60;
  const step = hours <= 3 ? 30 : hours <= 8 ? 60 : 120;
  const ticks: number[] = [];
  for (let minute = Math.ceil(from / step) * step; minute <= to; minute += step) ticks.push(minute);
  return ticks;
}
