import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Day } from '@rollcall/contract/instant';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Appearance } from '../store/appearance-store.ts';
import { type DayEnds, dayEnds } from './attend.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { spanOfDay } from './session-day.ts';

/** Writers of one person and day: each round at least one of them gets through. */
const maxRounds = 20;

/**
 * Brings the register's row of a person and day in line with the sightings that count for them. Run it after every change of
 * those; it may run any number of times, side by side too.
 * @throws Unavailable when others kept being quicker.
 */
export async function recomputeAttendance(
  ports: Pick<RecognitionPorts, 'appearances' | 'attendance'>,
  org: OrganizationId,
  of: { readonly personId: PersonId; readonly date: Day },
  zone: string,
): Promise<void> {
  const { from, to } = spanOfDay(of.date, zone);
  for (let round = 0; round < maxRounds; round++) {
    // The row before its sightings: whoever adds one in between moves the row's version, and we come again.
    const row = await ports.attendance.get(org, of.date, of.personId);
    const ends = dayEnds(await ports.appearances.between(org, of.personId, from, to));
    if (row && ends && isSame(row.seen, ends)) return;
    if (await ports.attendance.save(org, of, ends && { ...of, ...ends }, row?.version ?? 0)) return;
  }
  throw new Unavailable(`the attendance of ${of.personId} on ${of.date} kept changing: try again`);
}

function isSame(a: DayEnds, b: DayEnds): boolean {
  return isSameAppearance(a.first, b.first) && isSameAppearance(a.last, b.last);
}

function isSameAppearance(a: Appearance, b: Appearance): boolean {
  return a.sightingId === b.sightingId && a.at === b.at && a.by === b.by;
}
