import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { unitVector, vectorLength } from '@rollcall/faces/describe-face';
import { Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { type PhotoVector, VectorStore } from '../../store/vector-store.ts';
import { MemoryTable } from './memory-table.ts';
import { VectorCollections } from './vector-collections.ts';

const org = OrganizationId.parse('main');
const other = OrganizationId.parse('other');
const person = (n: number) => PersonId.parse(`01ARZ3NDEKTSV4RRFF0000000${n}`);
const photo = (n: number) => PhotoId.parse(`01ARZ3NDEKTSV4RRFF1000000${n}`);
const stamp = { engine: 'embedded', version: '1' };

function face(axis: number): Float32Array {
  const vector = new Float32Array(vectorLength).fill(0.1);
  vector[axis] = 1;
  return unitVector(vector);
}

const seen = (axis: number) => ({ vector: face(axis), handicap: 0 });

async function stored(table: MemoryTable): Promise<PhotoVector[]> {
  const vectors: PhotoVector[] = [];
  for await (const vector of new VectorStore(table).all(org)) vectors.push(vector);
  return vectors;
}

/** A table whose disk is full while `full`. */
class FullTable extends MemoryTable {
  full = false;

  override async put(...args: Parameters<MemoryTable['put']>) {
    if (this.full) throw new Unavailable('disk full');
    return super.put(...args);
  }

  override async query(...args: Parameters<MemoryTable['query']>) {
    if (this.full) throw new Unavailable('disk away');
    return super.query(...args);
  }
}

describe('VectorCollections', () => {
  it('finds a person at once, and again after a restart', async () => {
    const table = new MemoryTable();
    const before = new VectorCollections(new VectorStore(table), stamp);
    await before.put(org, person(1), photo(1), face(1));
    const after = new VectorCollections(new VectorStore(table), stamp);
    for (const collections of [before, after]) {
      const [best] = await collections.search(org, seen(1), 5);
      expect(best?.personId).toBe(person(1));
      expect(best?.similarity).toBeGreaterThan(99.9);
    }
  });

  it('lets nothing cross from one organization to another', async () => {
    const collections = new VectorCollections(new VectorStore(new MemoryTable()), stamp);
    await collections.put(org, person(1), photo(1), face(1));
    expect(await collections.search(other, seen(1), 5)).toEqual([]);
    expect(await collections.delete(other, person(1))).toBe(0);
    expect(await collections.search(org, seen(1), 5)).toHaveLength(1);
  });

  it('forgets a deleted person in memory and in the table', async () => {
    const table = new MemoryTable();
    const collections = new VectorCollections(new VectorStore(table), stamp);
    await collections.put(org, person(1), photo(1), face(1));
    await collections.put(org, person(1), photo(2), face(2));
    await collections.put(org, person(2), photo(3), face(3));
    expect(await collections.delete(org, person(1))).toBe(2);
    expect((await collections.search(org, seen(1), 5)).map((one) => one.personId)).toEqual([person(2)]);
    expect(await stored(table)).toHaveLength(1);
  });

  it('ends alike in memory and table when changes come at once', async () => {
    const table = new MemoryTable();
    const collections = new VectorCollections(new VectorStore(table), stamp);
    const changes = [
      collections.put(org, person(1), photo(1), face(1)),
      collections.delete(org, person(1)),
      collections.put(org, person(1), photo(2), face(2)),
      collections.delete(org, person(1), photo(2)),
      collections.put(org, person(1), photo(3), face(3)),
    ];
    await Promise.all(changes);
    const left = await stored(table);
    expect(left.map((one) => one.photoId)).toEqual([photo(3)]);
    const [best] = await collections.search(org, seen(2), 5);
    expect(best?.similarity).toBeLessThan(50);
  });

  it('does not know in memory what the table refused, and goes on when the table does', async () => {
    const table = new FullTable();
    const collections = new VectorCollections(new VectorStore(table), stamp);
    table.full = true;
    await expect(collections.search(org, seen(1), 5)).rejects.toThrow(Unavailable);
    await expect(collections.put(org, person(1), photo(1), face(1))).rejects.toThrow(Unavailable);
    table.full = false;
    expect(await collections.search(org, seen(1), 5)).toEqual([]);
    await collections.put(org, person(1), photo(1), face(1));
    table.full = true;
    await expect(collections.put(org, person(1), photo(2), face(2))).rejects.toThrow(Unavailable);
    table.full = false;
    const [best] = await collections.search(org, seen(2), 5);
    expect(best?.similarity).toBeLessThan(50);
  });

  it('never compares vectors of another version, and lists their photos until they are indexed again', async () => {
    const store = new VectorStore(new MemoryTable());
    await new VectorCollections(store, { ...stamp, version: '0' }).put(org, person(1), photo(1), face(1));
    const collections = new VectorCollections(store, stamp);
    expect(await collections.search(org, seen(1), 5)).toEqual([]);
    expect(await collections.stale(org)).toEqual([{ personId: person(1), photoId: photo(1) }]);
    await collections.put(org, person(1), photo(1), face(1));
    expect(await collections.stale(org)).toEqual([]);
    expect(await collections.search(org, seen(1), 5)).toHaveLength(1);
  });
});
