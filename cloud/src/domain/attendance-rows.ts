import type { Attendance } from '@rollcall/contract/attendance';
import type { OrganizationId } from '@rollcall/contract/ids';
import type { RegisterPorts } from './day-register.ts';
import { type AttendanceFilter, listAttendance } from './list-attendance.ts';

/** The whole register that is asked for, a day at a time, each by name: for exports of any length. */
export async function* attendanceRows(
  ports: RegisterPorts,
  org: OrganizationId,
  filter: AttendanceFilter,
): AsyncGenerator<readonly Attendance[], void> {
  let day: Attendance[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAttendance(ports, org, filter, { limit: 500, cursor });
    for (const row of page.items) {
      if (day[0] && day[0].date !== row.date) {
        yield day.sort(byName);
        day = [];
      }
      day.push(row);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  if (day.length > 0) yield day.sort(byName);
}

const collator = new Intl.Collator('en');

function byName(a: Attendance, b: Attendance): number {
  return collator.compare(a.name, b.name) || collator.compare(a.externalId, b.externalId);
}
