import type { Attendance } from '@rollcall/contract/attendance';
import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { NotFound } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import { type RegisterPorts, registerDay, registerSettings, rowOf } from './day-register.ts';
import { type AttendanceFilter, rangeOf } from './list-attendance.ts';
import { countDays, dayAfter, dayOf } from './session-day.ts';

/**
 * One person's register, newest day first; a day without a mark has no row.
 * @param range days, both included, at most 366. @param page `cursor` is the day of the last row of an earlier page
 * @throws NotFound; InvalidInput for a longer range
 */
export async function personAttendance(
  ports: RegisterPorts,
  org: OrganizationId,
  personId: PersonId,
  range: Pick<AttendanceFilter, 'date' | 'from' | 'to'>,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Attendance>> {
  const person = await ports.people.get(org, personId);
  if (!person) throw new NotFound(`no person ${personId}`);
  const settings = await registerSettings(ports, org);
  const { from, to } = rangeOf(range, dayOf(instantOf(settings.now), settings.organization.timeZone));
  const days = Array.from({ length: Math.max(0, countDays(from, to)) }, (_, i) => dayAfter(to, -i));
  const wanted = days.filter((date) => page.cursor === undefined || date < page.cursor);
  const seen = await ports.attendance.getMany(
    org,
    wanted.map((date) => ({ date, personId })),
  );
  const byDay = new Map(seen.map((row) => [row.date, row]));
  const rows = wanted.flatMap((date) => rowOf(registerDay(settings, date), person, byDay.get(date)) ?? []);
  const items = rows.slice(0, page.limit);
  return { items, nextCursor: rows.length > items.length ? (items.at(-1)?.date ?? null) : null };
}
