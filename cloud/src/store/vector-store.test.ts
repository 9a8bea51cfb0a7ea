import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { type PhotoVector, VectorStore } from './vector-store.ts';

const org = OrganizationId.parse('main');
const other = OrganizationId.parse('other');
const ulid = (n: number) => `01ARZ3NDEKTSV4RRFF${String(n).padStart(8, '0')}`;
const person = (n: number) => PersonId.parse(ulid(n));
const photo = (n: number) => PhotoId.parse(ulid(n));
const vectorOf = (whose: number, which: number): PhotoVector => ({
  personId: person(whose),
  photoId: photo(which),
  stamp: { engine: 'embedded', version: '1' },
  vector: `${whose}.${which}`,
});

async function all(store: VectorStore, of: OrganizationId): Promise<PhotoVector[]> {
  const vectors: PhotoVector[] = [];
  for await (const vector of store.all(of)) vectors.push(vector);
  return vectors;
}

describe('VectorStore', () => {
  it('gives back what was put, the last for each photo, over any number of pages', async () => {
    const store = new VectorStore(new MemoryTable());
    const vectors = Array.from({ length: 1_203 }, (_, n) => vectorOf(n % 40, n));
    for (const vector of vectors) await store.put(org, vector);
    await store.put(org, { ...vectorOf(0, 0), vector: 'newer' });
    const stored = await all(store, org);
    expect(stored).toHaveLength(1_203);
    expect(stored.find((one) => one.photoId === ulid(0))?.vector).toBe('newer');
    expect(stored).toContainEqual(vectorOf(7, 7));
  });

  it('deletes one photo, or a person with all photos, and nobody else', async () => {
    const store = new VectorStore(new MemoryTable());
    for (let n = 0; n < 250; n++) await store.put(org, vectorOf(1, n));
    await store.put(org, vectorOf(2, 900));
    await store.put(other, vectorOf(1, 1));
    expect(await store.delete(org, person(1), photo(3))).toEqual([ulid(3)]);
    expect(await store.delete(org, person(1), photo(3))).toEqual([]);
    expect(await store.delete(org, person(1))).toHaveLength(249);
    expect(await all(store, org)).toEqual([vectorOf(2, 900)]);
    expect(await all(store, other)).toEqual([vectorOf(1, 1)]);
  });
});
