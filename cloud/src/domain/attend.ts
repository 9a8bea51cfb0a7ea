import type { DoorId } from '@rollcall/contract/ids';
import type { Instant } from '@rollcall/contract/instant';
import type { AttendanceStatus } from '@rollcall/contract/sighting';
import type { Appearance } from '../store/appearance-store.ts';
import { type SessionTimes, wallTime } from './session-day.ts';

/** The first and the last of a person's appearances on a day. */
export interface DayEnds {
  readonly first: Appearance;
  readonly last: Appearance;
}

export interface AttendInput {
  readonly zone: string;
  /** Times of the session on that day; null when the organization has none: then people are only ever present. */
  readonly session: SessionTimes | null;
  readonly seen: DayEnds | undefined;
  /** When the person was registered: nobody is absent from what was over before. */
  readonly registeredAt: Instant;
  /** ms since the epoch. */
  readonly now: number;
  readonly doorName: (id: DoorId) => string | undefined;
}

export interface Attended {
  readonly status: AttendanceStatus;
  readonly firstSeenAt: Instant | null;
  readonly lastSeenAt: Instant | null;
  readonly doorId: DoorId | null;
  readonly why: string;
}

/** First and last of appearances in any order; of two at the same instant the lower sighting id is the earlier. */
export function dayEnds(appearances: readonly Appearance[]): DayEnds | undefined {
  let ends: DayEnds | undefined;
  for (const one of appearances) {
    ends = {
      first: ends && !isBefore(one, ends.first) ? ends.first : one,
      last: ends && isBefore(one, ends.last) ? ends.last : one,
    };
  }
  return ends;
}

/**
 * What a person's day comes to, from when they were seen and the session's times alone, so that it can be computed again at any time.
 * @returns undefined for somebody who has not been seen and may still come, or who was not registered then.
 */
export function attend(input: AttendInput): Attended | undefined {
  const { seen, session } = input;
  if (seen) {
    const status = session && Date.parse(seen.first.at) > session.lateAfterMs ? 'late' : 'present';
    return {
      status,
      firstSeenAt: seen.first.at,
      lastSeenAt: seen.last.at,
      doorId: seen.first.doorId,
      why: whySeen(input, seen, status),
    };
  }
  if (!session || input.now < session.endMs || Date.parse(input.registeredAt) >= session.endMs) return undefined;
  const why = `not seen by the end of the session at ${session.settings.end}`;
  return { status: 'absent', firstSeenAt: null, lastSeenAt: null, doorId: null, why };
}

function whySeen(input: AttendInput, seen: DayEnds, status: 'present' | 'late'): string {
  const { first } = seen;
  const { session } = input;
  // Somebody who came seconds too late would read the very minute of the limit.
  const isClose = status === 'late' && session && Date.parse(first.at) < session.lateAfterMs + 60_000;
  const time = wallTime(first.at, input.zone, isClose ? 'second' : 'minute');
  const door = first.doorId ? ` at ${input.doorName(first.doorId) ?? first.doorId}` : '';
  const how = first.by === 'resolution' ? ', recognized by hand' : '';
  const times = session
    ? `, session starts ${session.settings.start} with ${session.settings.graceMinutes} min grace`
    : '';
  return `first seen ${time}${door}${how}${times}`;
}

function isBefore(a: Appearance, b: Appearance): boolean {
  return a.at === b.at ? a.sightingId < b.sightingId : a.at < b.at;
}
