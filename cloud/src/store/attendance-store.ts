import { type OrganizationId, PersonId } from '@rollcall/contract/ids';
import { Day } from '@rollcall/contract/instant';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';
import { Appearance } from './appearance-store.ts';

const DaySeen = z.object({ personId: PersonId, date: Day, first: Appearance, last: Appearance });
/** When a person was seen on a day. What that means (present, late) follows from the settings when it is read. */
export type DaySeen = Readonly<z.infer<typeof DaySeen>>;

/** With the version to write on. */
export interface StoredDaySeen {
  readonly seen: DaySeen;
  readonly version: number;
}

const DaysCut = z.object({
  zone: z.string(),
  /** How far a change to another zone has come: days before `day` are cut by it, and of `day` what is before `cursor`. */
  change: z.object({ to: z.string(), day: Day, cursor: z.string().optional() }).optional(),
});
/** By which time zone the days are cut. */
export type DaysCut = Readonly<z.infer<typeof DaysCut>>;

/** Who was seen on a day, by day in the base table and by person in index 1. Derived: see `recompute-attendance.ts`. */
export class AttendanceStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, date: Day, personId: PersonId): Promise<StoredDaySeen | undefined> {
    const item = await this.#table.get(key(org, date, personId));
    return item && { seen: DaySeen.parse(item), version: item.version ?? 0 };
  }

  /** Those that exist; by `date` and person. */
  async getMany(
    org: OrganizationId,
    wanted: readonly { readonly date: Day; readonly personId: PersonId }[],
  ): Promise<DaySeen[]> {
    const found: DaySeen[] = [];
    const unique = new Map(wanted.map((w) => [`${w.date}#${w.personId}`, key(org, w.date, w.personId)]));
    const keys = [...unique.values()];
    for (let from = 0; from < keys.length; from += 100) {
      for (const item of await this.#table.getMany(keys.slice(from, from + 100))) {
        if (item) found.push(DaySeen.parse(item));
      }
    }
    return found;
  }

  /**
   * @param version of what was read, 0 for nothing; `seen` undefined removes it.
   * @returns false when somebody was quicker: read again.
   */
  async save(
    org: OrganizationId,
    at: { readonly date: Day; readonly personId: PersonId },
    seen: DaySeen | undefined,
    version: number,
  ): Promise<boolean> {
    try {
      if (seen) await this.#table.put(toItem(org, seen), version === 0 ? 'absent' : version);
      else if (version > 0) await this.#table.delete(key(org, at.date, at.personId), version);
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      throw error;
    }
  }

  /** Everybody who was seen on `date`, by person id. @param page `limit` at most 1,000 */
  async ofDay(
    org: OrganizationId,
    date: Day,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{ readonly items: readonly DaySeen[]; readonly cursor?: string }> {
    const { items, cursor } = await this.#table.query({
      partition: `${org}#attendance#${date}`,
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    const seen = items.map((item) => DaySeen.parse(item));
    return cursor ? { items: seen, cursor } : { items: seen };
  }

  /** The days on which a person was seen, in order. */
  async ofPerson(
    org: OrganizationId,
    personId: PersonId,
    page: { readonly from?: Day; readonly to?: Day; readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{ readonly items: readonly DaySeen[]; readonly cursor?: string }> {
    const { items, cursor } = await this.#table.query({
      partition: `${org}#attendance-of#${personId}`,
      index: 1,
      // `$` comes after the `#` that ends the day in the key.
      range: { ...(page.from ? { from: page.from } : {}), ...(page.to ? { to: `${page.to}$` } : {}) },
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    const seen = items.map((item) => DaySeen.parse(item));
    return cursor ? { items: seen, cursor } : { items: seen };
  }

  /** By which zone days were last cut; undefined before the first. */
  async cut(org: OrganizationId): Promise<DaysCut | undefined> {
    const item = await this.#table.get(zoneKey(org));
    return item && DaysCut.parse(item);
  }

  async setCut(org: OrganizationId, cut: DaysCut): Promise<void> {
    await this.#table.put({ ...zoneKey(org), ...DaysCut.parse(cut) });
  }
}

function key(org: OrganizationId, date: Day, personId: PersonId): Key {
  return { pk: `${org}#attendance#${date}`, sk: personId };
}

function zoneKey(org: OrganizationId): Key {
  return { pk: `${org}#attendance-zone`, sk: 'zone' };
}

function toItem(org: OrganizationId, seen: DaySeen): Item {
  return {
    ...seen,
    ...key(org, seen.date, seen.personId),
    i1pk: `${org}#attendance-of#${seen.personId}`,
    i1sk: `${seen.date}#${seen.personId}`,
  };
}
