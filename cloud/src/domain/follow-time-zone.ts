import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Day } from '@rollcall/contract/instant';
import { instantOf } from '@rollcall/kit/clock';
import type { DaysCut } from '../store/attendance-store.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recomputeAttendance } from './recompute-attendance.ts';
import { dayAfter, dayOf } from './session-day.ts';

/** Days whose attendance is cut anew when the zone changes; older ones stay as they were reported. */
const recentDays = 31;

type FollowPorts = Pick<RecognitionPorts, 'appearances' | 'attendance' | 'organizations' | 'clock' | 'log'>;

/** People of a day at once. */
const atOnce = 25;

/**
 * When the organization's time zone has changed, cuts recent days anew by the new one. Does nothing otherwise, so run it often; what
 * is interrupted, or has no time left, goes on where it was. Session times need no such thing: they are applied when attendance is read.
 * @param hasTime whether there is time for some people more
 * @returns how many rows it looked at.
 */
export async function followTimeZone(
  ports: FollowPorts,
  org: OrganizationId,
  hasTime: () => boolean = () => true,
): Promise<number> {
  const [{ timeZone }, cut] = await Promise.all([ports.organizations.get(org), ports.attendance.cut(org)]);
  // Before the first change every day was cut by the zone that is in force.
  if (!cut) await ports.attendance.setCut(org, { zone: timeZone });
  if (!cut || (cut.zone === timeZone && !cut.change)) return 0;
  const today = dayOf(instantOf(ports.clock.now()), timeZone);
  let change: NonNullable<DaysCut['change']> =
    cut.change?.to === timeZone ? cut.change : { to: timeZone, day: dayAfter(today, -recentDays) };
  let rows = 0;
  // Of tomorrow, too: it may have begun in the zone that was.
  while (change.day <= dayAfter(today, 1)) {
    if (!hasTime()) {
      await ports.attendance.setCut(org, { zone: cut.zone, change });
      return rows;
    }
    const { day, cursor: after } = change;
    const { items, cursor } = await ports.attendance.ofDay(org, day, { limit: atOnce, cursor: after });
    await Promise.all(items.map(({ personId }) => cutAnew(ports, org, { personId, day, timeZone })));
    rows += items.length;
    change = cursor ? { to: timeZone, day, cursor } : { to: timeZone, day: dayAfter(day, 1) };
  }
  await ports.attendance.setCut(org, { zone: timeZone });
  ports.log.info('days-cut-anew', { from: cut.zone, to: timeZone, rows });
  return rows;
}

/** With the days beside it, where a sighting can move; and those first, since it is by this day's row that they are found. */
async function cutAnew(
  ports: FollowPorts,
  org: OrganizationId,
  { personId, day, timeZone }: { readonly personId: PersonId; readonly day: Day; readonly timeZone: string },
): Promise<void> {
  for (const date of [dayAfter(day, -1), dayAfter(day, 1), day]) {
    await recomputeAttendance(ports, org, { personId, date }, timeZone);
  }
}
