import type { Day } from '@rollcall/contract/instant';
import type { DayCount, DaySummary } from '@rollcall/contract/day-summary';
import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { DaySeen } from '../store/attendance-store.ts';
import { type RegisterPorts, registerDay, registerSettings, rowOf } from './day-register.ts';
import { dayOf, wallTime } from './session-day.ts';

const slotMinutes = 5;

/** One day at a glance. Costs a read of everybody, a thousand at a time. @param date default: today in the organization's zone. */
export async function summarizeDay(ports: RegisterPorts, org: OrganizationId, date?: Day): Promise<DaySummary> {
  const settings = await registerSettings(ports, org);
  const { timeZone } = settings.organization;
  const day = registerDay(settings, date ?? dayOf(instantOf(settings.now), timeZone));
  const seen = await seenOn(ports, org, day.date);
  const total = none();
  const groups = new Map<string, DayCount>();
  for (let cursor: string | undefined; ; ) {
    const page = await ports.people.list(org, { limit: 500, cursor });
    for (const person of page.items) {
      // Who was registered after that day is not of it.
      if (dayOf(person.createdAt, timeZone) > day.date && !seen.has(person.id)) continue;
      const status = rowOf(day, person, seen.get(person.id))?.status;
      for (const name of person.groups) groups.set(name, counted(groups.get(name) ?? none(), status));
      Object.assign(total, counted(total, status));
    }
    cursor = page.nextCursor ?? undefined;
    if (!cursor) break;
  }
  return {
    date: day.date,
    timeZone,
    total,
    groups: [...groups.entries()]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([group, { registered, present, late, absent, excused }]) => ({
        group,
        registered,
        present,
        late,
        absent,
        excused,
      })),
    arrivals: arrivalsOf([...seen.values()], timeZone),
  };
}

async function seenOn(ports: RegisterPorts, org: OrganizationId, date: Day): Promise<Map<PersonId, DaySeen>> {
  const seen = new Map<PersonId, DaySeen>();
  for (let cursor: string | undefined; ; ) {
    const page = await ports.attendance.ofDay(org, date, { limit: 1000, cursor });
    for (const row of page.items) seen.set(row.personId, row);
    cursor = page.cursor;
    if (!cursor) return seen;
  }
}

function none(): DayCount {
  return { registered: 0, present: 0, late: 0, absent: 0, excused: 0 };
}

function counted(count: DayCount, status: string | undefined): DayCount {
  const next = { ...count, registered: count.registered + 1 };
  // Who left early was there.
  if (status === 'present' || status === 'left-early') next.present++;
  else if (status === 'late' || status === 'absent' || status === 'excused') next[status]++;
  return next;
}

function arrivalsOf(seen: readonly DaySeen[], zone: string): DaySummary['arrivals'] {
  const slots = new Map<string, number>();
  for (const { first } of seen) {
    const [hour, minute] = wallTime(first.at, zone).split(':');
    const start = Math.floor(Number(minute) / slotMinutes) * slotMinutes;
    const slot = `${hour}:${String(start).padStart(2, '0')}`;
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  return [...slots].map(([at, count]) => ({ at, count })).sort((a, b) => (a.at < b.at ? -1 : 1));
}
