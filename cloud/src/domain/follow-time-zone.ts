import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Day } from '@rollcall/contract/instant';
import { instantOf } from '@rollcall/kit/clock';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recomputeAttendance } from './recompute-attendance.ts';
import { dayAfter, dayOf } from './session-day.ts';

/** Days whose attendance is cut anew when the zone changes; older ones stay as they were reported. */
const recentDays = 31;

type FollowPorts = Pick<RecognitionPorts, 'appearances' | 'attendance' | 'organizations' | 'clock' | 'log'>;

/**
 * When the organization's time zone has changed, cuts recent days anew by the new one. Does nothing otherwise, so run it often; what
 * is interrupted starts over. Session times need no such thing: they are applied when attendance is read.
 * @returns how many rows it looked at.
 */
export async function followTimeZone(ports: FollowPorts, org: OrganizationId): Promise<number> {
  const [{ timeZone }, before] = await Promise.all([ports.organizations.get(org), ports.attendance.zone(org)]);
  if (before === timeZone) return 0;
  // Before the first change every day was cut by the zone that is in force.
  const rows = before === undefined ? new Map<string, never>() : await recentRows(ports, org, timeZone);
  for (const row of rows.values()) await recomputeAttendance(ports, org, row, timeZone);
  await ports.attendance.setZone(org, timeZone);
  if (before !== undefined) ports.log.info('days-cut-anew', { from: before, to: timeZone, rows: rows.size });
  return rows.size;
}

/** Everybody seen on a recent day, with the days beside it: that is where a sighting can move. */
async function recentRows(
  ports: FollowPorts,
  org: OrganizationId,
  zone: string,
): Promise<Map<string, { readonly personId: PersonId; readonly date: Day }>> {
  const rows = new Map<string, { readonly personId: PersonId; readonly date: Day }>();
  const today = dayOf(instantOf(ports.clock.now()), zone);
  for (let back = -1; back <= recentDays; back++) {
    const day = dayAfter(today, -back);
    for (let cursor: string | undefined; ; ) {
      const page = await ports.attendance.ofDay(org, day, { limit: 1000, cursor });
      for (const { personId } of page.items) {
        for (const date of [dayAfter(day, -1), day, dayAfter(day, 1)])
          rows.set(`${date} ${personId}`, { personId, date });
      }
      cursor = page.cursor;
      if (!cursor) break;
    }
  }
  return rows;
}
