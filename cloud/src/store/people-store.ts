import { type OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { Person, Photo } from '@rollcall/contract/person';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';
import { sortable } from './sortable.ts';

export const PersonRecord = Person.omit({ photoCount: true }).extend({ photos: z.array(Photo) });
/** A person as kept: with the photos, so that a photo and its count are one write. */
export type PersonRecord = Readonly<z.infer<typeof PersonRecord>>;

const Named = PersonRecord.pick({ name: true, externalId: true });
/** By what people are searched. */
export type Named = Readonly<z.infer<typeof Named>>;

export interface PeopleQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Which people; asked of each in turn. @default all */
  readonly where?: (person: Named) => boolean;
}

/**
 * People of an organization: the record at `{org}#person#{id}`, listed by name in index 1. Uniqueness of external ids is
 * `ExternalIdStore`'s.
 */
export class PeopleStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, id: PersonId): Promise<Person | undefined> {
    const record = await this.find(org, id);
    return record && personOf(record);
  }

  async find(org: OrganizationId, id: PersonId): Promise<PersonRecord | undefined> {
    const item = await this.#table.get(key(org, id));
    return item && PersonRecord.parse(item);
  }

  /** Those that exist, by id, in the order asked for. */
  async getMany(org: OrganizationId, ids: readonly PersonId[]): Promise<Map<PersonId, Person>> {
    const unique = [...new Set(ids)];
    const people = new Map<PersonId, Person>();
    for (let from = 0; from < unique.length; from += 100) {
      const keys = unique.slice(from, from + 100).map((id) => key(org, id));
      for (const item of await this.#table.getMany(keys)) {
        if (!item) continue;
        const person = personOf(PersonRecord.parse(item));
        people.set(person.id, person);
      }
    }
    return people;
  }

  /** @throws Conflict `condition-failed` when there is one with this id. */
  async create(org: OrganizationId, record: PersonRecord): Promise<PersonRecord> {
    return PersonRecord.parse(await this.#table.put(toItem(org, record), 'absent'));
  }

  /**
   * Changes the record by a function of what is stored, again when somebody was quicker; the function may throw to refuse.
   * @returns undefined when there is no such person.
   */
  async change(
    org: OrganizationId,
    id: PersonId,
    how: (record: PersonRecord) => PersonRecord,
  ): Promise<PersonRecord | undefined> {
    for (;;) {
      const item = await this.#table.get(key(org, id));
      if (!item) return undefined;
      const changed = how(PersonRecord.parse(item));
      try {
        return PersonRecord.parse(await this.#table.put(toItem(org, changed), item.version ?? 0));
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }

  async delete(org: OrganizationId, id: PersonId): Promise<void> {
    await this.#table.delete(key(org, id));
  }

  /** By name. A filtered page reads on until it is full, so it costs what it skips. */
  async list(org: OrganizationId, query: PeopleQuery): Promise<Page<Person>> {
    const people: Person[] = [];
    // The cursor is our own, the range key of the last item given, so that what is read may exceed what is given.
    let after = query.cursor && Buffer.from(query.cursor, 'base64url').toString();
    const pageSize = query.where ? Math.max(query.limit, filteredPageSize) : query.limit + 1;
    for (;;) {
      const page = await this.#table.query({
        partition: `${org}#people`,
        index: 1,
        limit: pageSize,
        // No key is between: it would have to go on after our id.
        ...(after ? { range: { from: `${after}\u0001` } } : {}),
      });
      for (const item of page.items) {
        // Asked before the whole is read: of 10,000 people most are passed over.
        if (!query.where || query.where(Named.parse(item))) {
          if (people.length === query.limit) return { items: people, nextCursor: toCursor(after) };
          people.push(personOf(PersonRecord.parse(item)));
        }
        after = item.i1sk;
      }
      if (!page.cursor) return { items: people, nextCursor: null };
    }
  }
}

const filteredPageSize = 500;

function toCursor(rangeKey = ''): string {
  return Buffer.from(rangeKey).toString('base64url');
}

/** As the API shows it. */
export function personOf(record: PersonRecord): Person {
  return Person.parse({ ...record, photoCount: record.photos.length });
}

function toItem(org: OrganizationId, record: PersonRecord): Item {
  const i1sk = `${sortable(record.name)}#${record.id}`;
  return { ...PersonRecord.parse(record), ...key(org, record.id), i1pk: `${org}#people`, i1sk };
}

function key(org: OrganizationId, id: PersonId): Key {
  return { pk: `${org}#person#${id}`, sk: 'person' };
}
