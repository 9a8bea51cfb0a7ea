import type { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { Person } from '@rollcall/contract/person';
import { Conflict } from '@rollcall/kit/app-error';
import type { Item, Key, Table } from '../ports/table.ts';

/** A person with the version to write on. */
export interface StoredPerson {
  readonly person: Person;
  readonly version: number;
}

export interface PeopleQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Which people; asked of each in turn. @default all */
  readonly where?: (person: Person) => boolean;
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
    return (await this.find(org, id))?.person;
  }

  async find(org: OrganizationId, id: PersonId): Promise<StoredPerson | undefined> {
    const item = await this.#table.get(key(org, id));
    return item && { person: Person.parse(item), version: item.version ?? 0 };
  }

  /** Those that exist, by id, in the order asked for. */
  async getMany(org: OrganizationId, ids: readonly PersonId[]): Promise<Map<PersonId, Person>> {
    const unique = [...new Set(ids)];
    const people = new Map<PersonId, Person>();
    for (let from = 0; from < unique.length; from += 100) {
      const keys = unique.slice(from, from + 100).map((id) => key(org, id));
      for (const item of await this.#table.getMany(keys)) {
        if (item) people.set(item['id'] as PersonId, Person.parse(item));
      }
    }
    return people;
  }

  /** @throws Conflict `condition-failed` when there is one with this id. */
  async create(org: OrganizationId, person: Person): Promise<Person> {
    return Person.parse(await this.#table.put(toItem(org, person), 'absent'));
  }

  /** @throws Conflict `condition-failed` when the record moved on from `version`. */
  async replace(org: OrganizationId, person: Person, version: number): Promise<Person> {
    return Person.parse(await this.#table.put(toItem(org, person), version));
  }

  /**
   * Changes the record by a function of what is stored, again when somebody was quicker.
   * @returns undefined when there is no such person.
   */
  async change(org: OrganizationId, id: PersonId, how: (person: Person) => Person): Promise<Person | undefined> {
    for (;;) {
      const stored = await this.find(org, id);
      if (!stored) return undefined;
      try {
        return await this.replace(org, how(stored.person), stored.version);
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
        // The next string in the order of keys.
        ...(after ? { range: { from: `${after}\u0000` } } : {}),
      });
      for (const item of page.items) {
        const person = Person.parse(item);
        if (query.where && !query.where(person)) {
          after = item.i1sk;
          continue;
        }
        if (people.length === query.limit)
          return { items: people, nextCursor: Buffer.from(after ?? '').toString('base64url') };
        people.push(person);
        after = item.i1sk;
      }
      if (!page.cursor) return { items: people, nextCursor: null };
    }
  }
}

const filteredPageSize = 500;

function toItem(org: OrganizationId, person: Person): Item {
  const sortName = person.name.normalize('NFKC').toLowerCase();
  return { ...person, ...key(org, person.id), i1pk: `${org}#people`, i1sk: `${sortName}#${person.id}` };
}

function key(org: OrganizationId, id: PersonId): Key {
  return { pk: `${org}#person#${id}`, sk: 'person' };
}
