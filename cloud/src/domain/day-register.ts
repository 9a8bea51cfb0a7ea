import { allDaySessionId, type Attendance } from '@rollcall/contract/attendance';
import type { DoorId, OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Day } from '@rollcall/contract/instant';
import type { Organization } from '@rollcall/contract/organization';
import type { Person } from '@rollcall/contract/person';
import type { DaySeen } from '../store/attendance-store.ts';
import { attend } from './attend.ts';
import { type ListPeopleDeps, listPeople } from './list-people.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { type SessionTimes, sessionTimes } from './session-day.ts';

export interface RegisterPorts
  extends ListPeopleDeps,
    Pick<RecognitionPorts, 'attendance' | 'organizations' | 'clock' | 'doorNames'> {}

/** What is the same for everybody. */
export interface RegisterSettings {
  readonly organization: Organization;
  readonly doors: ReadonlyMap<DoorId, string>;
  readonly now: number;
}

/** What is the same for everybody on one day. */
export interface RegisterDay extends RegisterSettings {
  readonly date: Day;
  /** null when the organization has no session times. */
  readonly session: SessionTimes | null;
}

export async function registerSettings(
  ports: Pick<RegisterPorts, 'organizations' | 'clock' | 'doorNames'>,
  org: OrganizationId,
): Promise<RegisterSettings> {
  const [organization, doors] = await Promise.all([ports.organizations.get(org), ports.doorNames(org)]);
  return { organization, doors, now: ports.clock.now() };
}

export function registerDay(settings: RegisterSettings, date: Day): RegisterDay {
  const { day, timeZone } = settings.organization;
  return { ...settings, date, session: day && sessionTimes(date, day, timeZone) };
}

/** Whether somebody can be absent: then the day is read by people, until then by who was seen. */
export function hasAbsent({ session, now }: RegisterDay): boolean {
  return session !== null && now >= session.endMs;
}

/** A part of a day's register. `read`: how many records it took. */
export interface RegisterPart {
  readonly rows: readonly Attendance[];
  readonly read: number;
  readonly cursor: string | undefined;
}

/** Who was seen, by person id. */
export async function partBySeen(
  ports: RegisterPorts,
  day: RegisterDay,
  page: { readonly limit: number; readonly cursor: string | undefined },
): Promise<RegisterPart> {
  const org = day.organization.id;
  const found = await ports.attendance.ofDay(org, day.date, page);
  const people = await ports.people.getMany(
    org,
    found.items.map((seen) => seen.personId),
  );
  const rows = found.items.flatMap((seen) => rowOf(day, people.get(seen.personId), seen) ?? []);
  return { rows, read: found.items.length, cursor: found.cursor };
}

/** Everybody, or a group, by name; who is expected still has no row. */
export async function partByPeople(
  ports: RegisterPorts,
  day: RegisterDay,
  page: { readonly limit: number; readonly cursor: string | undefined; readonly groupId?: string | undefined },
): Promise<RegisterPart> {
  const org = day.organization.id;
  const people = await listPeople(ports, org, page);
  const wanted = people.items.map(({ id }) => ({ date: day.date, personId: id }));
  const seen = new Map<PersonId, DaySeen>();
  for (const row of await ports.attendance.getMany(org, wanted)) seen.set(row.personId, row);
  const rows = people.items.flatMap((person) => rowOf(day, person, seen.get(person.id)) ?? []);
  return { rows, read: people.items.length, cursor: people.nextCursor ?? undefined };
}

/** A person's row; undefined for somebody who is expected still, and for one who was forgotten meanwhile. */
export function rowOf(day: RegisterDay, person: Person | undefined, seen: DaySeen | undefined): Attendance | undefined {
  if (!person) return undefined;
  const attended = attend({
    zone: day.organization.timeZone,
    session: day.session,
    seen,
    registeredAt: person.createdAt,
    now: day.now,
    doorName: (id) => day.doors.get(id),
  });
  return (
    attended && {
      id: `${day.date}.${person.id}`,
      personId: person.id,
      externalId: person.externalId,
      name: person.name,
      groups: person.groups,
      sessionId: allDaySessionId,
      date: day.date,
      ...attended,
    }
  );
}
