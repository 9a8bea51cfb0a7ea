import { type OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { z } from 'zod';
import type { EngineStamp } from '../ports/face-engine.ts';
import type { Item, Key, Table } from '../ports/table.ts';

const StoredVector = z.object({
  personId: PersonId,
  photoId: PhotoId,
  engine: z.string(),
  /** Not `version`: the table counts writes there. */
  engineVersion: z.string(),
  vector: z.string(),
});

/** The vector of one enrollment photo, as text (or, of an engine that keeps vectors itself, by what names it there), with what made it. */
export interface PhotoVector {
  readonly personId: PersonId;
  readonly photoId: PhotoId;
  readonly stamp: EngineStamp;
  readonly vector: string;
}

const pageSize = 1_000;
const batchSize = 100;

/** Face vectors of an organization's people: `{org}#vectors`, `{person}#{photo}`. */
export class VectorStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Durable when it resolves; the same photo again replaces its vector. */
  async put(org: OrganizationId, { personId, photoId, stamp, vector }: PhotoVector): Promise<void> {
    const data = { personId, photoId, engine: stamp.engine, engineVersion: stamp.version, vector };
    await this.#table.put({ ...key(org, personId, photoId), ...data });
  }

  /** Every vector of the organization, of whatever stamp. */
  async *all(org: OrganizationId): AsyncGenerator<PhotoVector, void> {
    for await (const item of this.#items(org, '')) yield toVector(item);
  }

  /** Those of one photo or of all photos of a person, of whatever stamp. */
  async of(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<PhotoVector[]> {
    const found: PhotoVector[] = [];
    for await (const item of this.#items(org, `${personId}#${photoId ?? ''}`)) found.push(toVector(item));
    return found;
  }

  /** Deletes the vectors of one photo or of all photos of a person. @returns the photos whose vectors are gone. */
  async delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<PhotoId[]> {
    const found = await this.of(org, personId, photoId);
    for (let from = 0; from < found.length; from += batchSize) {
      const some = found.slice(from, from + batchSize);
      await this.#table.batch(some.map((vector) => ({ delete: key(org, personId, vector.photoId) })));
    }
    return found.map((vector) => vector.photoId);
  }

  async *#items(org: OrganizationId, prefix: string): AsyncGenerator<Item, void> {
    let cursor: string | undefined;
    do {
      const range = prefix ? { range: { prefix } } : {};
      const more = cursor === undefined ? {} : { cursor };
      const page = await this.#table.query({ partition: partition(org), limit: pageSize, ...range, ...more });
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

function partition(org: OrganizationId): string {
  return `${org}#vectors`;
}

function key(org: OrganizationId, personId: PersonId, photoId: PhotoId): Key {
  return { pk: partition(org), sk: `${personId}#${photoId}` };
}

function toVector(item: Item): PhotoVector {
  const stored = StoredVector.safeParse(item);
  if (!stored.success) throw new Error(`vector ${item.sk}: the record is damaged`, { cause: stored.error });
  const { personId, photoId, engine, engineVersion, vector } = stored.data;
  return { personId, photoId, stamp: { engine, version: engineVersion }, vector };
}
