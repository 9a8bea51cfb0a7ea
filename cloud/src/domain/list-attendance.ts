import type { Attendance, AttendanceQuery } from '@rollcall/contract/attendance';
import type { OrganizationId } from '@rollcall/contract/ids';
import { Day } from '@rollcall/contract/instant';
import type { Page } from '@rollcall/contract/page';
import { InvalidInput } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import { z } from 'zod';
import {
  hasAbsent,
  partByPeople,
  partBySeen,
  type RegisterDay,
  type RegisterPart,
  type RegisterPorts,
  registerDay,
  registerSettings,
} from './day-register.ts';
import { countDays, dayAfter, dayOf } from './session-day.ts';

/** Days in one question, at most: a year. */
const maxDays = 366;
/** Records and days that one page may look at; over it the page is short, with more to come. */
const readLimit = 5_000;

export type AttendanceFilter = Pick<AttendanceQuery, 'date' | 'from' | 'to' | 'groupId' | 'status'>;

const Position = z.object({
  date: Day,
  /** How that day is being read: it must not change between two pages. null: from its start. */
  by: z.enum(['seen', 'people']).nullable(),
  cursor: z.string().optional(),
});
/** Where the next page goes on. */
type Position = z.infer<typeof Position>;

/**
 * The register, day by day: who was present, late or, once a day's session is over, absent.
 * @throws InvalidInput for a range of more than 366 days, and for a cursor that is not of an earlier page.
 */
export async function listAttendance(
  ports: RegisterPorts,
  org: OrganizationId,
  filter: AttendanceFilter,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Attendance>> {
  const settings = await registerSettings(ports, org);
  const today = dayOf(instantOf(settings.now), settings.organization.timeZone);
  const { from, to } = rangeOf(filter, today);
  const items: Attendance[] = [];
  let position: Position | undefined = page.cursor === undefined ? { date: from, by: null } : positionOf(page.cursor);
  for (let read = 0; position && read < readLimit && items.length < page.limit; read++) {
    const { date, by, cursor }: Position = position;
    const day = registerDay(settings, date);
    const reading: 'seen' | 'people' = by ?? (filter.groupId !== undefined || hasAbsent(day) ? 'people' : 'seen');
    // Never more than what is still missing, so that its cursor is ours too.
    const part = await partOf(ports, day, reading, filter, { limit: page.limit - items.length, cursor });
    items.push(...part.rows.filter((row) => fits(row, filter)));
    read += part.read;
    if (part.cursor) position = { date, by: reading, cursor: part.cursor };
    else position = date < to ? { date: dayAfter(date, 1), by: null } : undefined;
  }
  return { items, nextCursor: position ? btoa(JSON.stringify(position)) : null };
}

/** Days asked for; today when none are. */
export function rangeOf(filter: AttendanceFilter, today: Day): { readonly from: Day; readonly to: Day } {
  const from = filter.date ?? filter.from ?? filter.to ?? today;
  const to = filter.date ?? filter.to ?? (from > today ? from : today);
  if (countDays(from, to) > maxDays) {
    const errors = [{ path: 'from', message: `expected at most ${maxDays} days until to` }];
    throw new InvalidInput(`expected at most ${maxDays} days, got ${countDays(from, to)}`, { errors });
  }
  return { from, to };
}

async function partOf(
  ports: RegisterPorts,
  day: RegisterDay,
  by: 'seen' | 'people',
  { groupId, status }: AttendanceFilter,
  page: { readonly limit: number; readonly cursor: string | undefined },
): Promise<RegisterPart> {
  if (status === 'absent' && !hasAbsent(day)) return { rows: [], read: 0, cursor: undefined };
  return by === 'people' ? partByPeople(ports, day, { ...page, groupId }) : partBySeen(ports, day, page);
}

function fits(row: Attendance, { groupId, status }: AttendanceFilter): boolean {
  return (!status || row.status === status) && (groupId === undefined || row.groups.includes(groupId));
}

function positionOf(cursor: string): Position {
  try {
    return Position.parse(JSON.parse(atob(cursor)));
  } catch (cause) {
    throw new InvalidInput('cursor: expected the nextCursor of an earlier page', {
      errors: [{ path: 'cursor', message: 'expected the nextCursor of an earlier page' }],
      cause,
    });
  }
}
