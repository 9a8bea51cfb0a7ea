import { PersonId, PhotoId } from '@rollcall/contract/ids';
import { unitVector, vectorLength } from '@rollcall/faces/describe-face';
import { meanVector, oneOfSeveral } from '@rollcall/faces/mean-vector';
import { scalarProduct, similarityAt } from '@rollcall/faces/similarity';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VectorIndex } from './vector-index.ts';

const ulid = (n: number) => `01ARZ3NDEKTSV4RRFF${String(n).padStart(8, '0')}`;
const person = (n: number) => PersonId.parse(ulid(n));
const photo = (n: number) => PhotoId.parse(ulid(n));

/** A unit vector near a common direction, as faces are; the same for the same seed. */
function face(seed: number): Float32Array {
  let state = (seed * 48_271 + 11) % 2_147_483_647;
  const vector = new Float32Array(vectorLength);
  for (let i = 0; i < vectorLength; i++) {
    state = (state * 48_271) % 2_147_483_647;
    vector[i] = 0.25 * (state / 2_147_483_647 - 0.5) + (i % 3 ? 0.2 : -0.1);
  }
  return unitVector(vector);
}

const single = (seed: number) => ({ vector: face(seed), handicap: 0 });

type Change = { readonly put: boolean; readonly person: number; readonly photo: number; readonly seed: number };

function squared(a: Float32Array, b: Float32Array): number {
  return Math.max(0, 2 - 2 * scalarProduct(a, b));
}

/** What the index must answer, worked out from the definition. */
function expected(photos: Map<number, Map<number, Float32Array>>, seed: number) {
  return [...photos]
    .filter(([, vectors]) => vectors.size > 0)
    .map(([id, vectors]) => {
      const all = [...vectors.values()];
      const mean = meanVector(all.map((vector) => ({ vector, weight: 1 })));
      const extra = all.length > 1 ? oneOfSeveral : 0;
      const distances = all.map((vector) => squared(face(seed), vector) + extra);
      if (all.length > 1) distances.push(squared(face(seed), mean.vector) + mean.handicap);
      return { personId: person(id), similarity: similarityAt(Math.sqrt(Math.min(...distances))) };
    })
    .sort((a, b) => b.similarity - a.similarity);
}

describe('VectorIndex', () => {
  it('answers as the definition does, after any changes in any order', () => {
    const change = fc.record({
      put: fc.boolean(),
      person: fc.integer({ min: 0, max: 6 }),
      photo: fc.integer({ min: 0, max: 4 }),
      seed: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.integer({ min: 1, max: 1_000 }),
        (changes: Change[], seed) => {
          const index = new VectorIndex();
          const photos = new Map<number, Map<number, Float32Array>>();
          for (const { put, person: who, photo: which, seed: what } of changes) {
            const theirs = photos.get(who) ?? new Map<number, Float32Array>();
            photos.set(who, theirs);
            const had = theirs.has(which);
            theirs.delete(which);
            if (put) index.put(person(who), photo(which), face(what));
            if (put) theirs.set(which, face(what));
            const removed = put || index.remove(person(who), photo(which));
            expect(removed).toBe(put || had);
          }
          const found = index.search(single(seed), 100);
          const wanted = expected(photos, seed);
          expect(index.size).toBe([...photos.values()].reduce((sum, one) => sum + one.size, 0));
          expect(found).toHaveLength(wanted.length);
          for (const { personId, similarity } of wanted) {
            const same = found.find((candidate) => candidate.personId === personId);
            expect(same?.similarity).toBeCloseTo(similarity, 2);
          }
          expect(found.map((one) => one.similarity)).toEqual(found.map((one) => one.similarity).sort((a, b) => b - a));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the best few of many, best first, one entry per person', () => {
    const index = new VectorIndex();
    for (let n = 0; n < 400; n++) index.put(person(n % 100), photo(n), face(n + 1));
    const all = index.search(single(77), 100);
    expect(all[0]?.personId).toBe(person(76));
    expect(index.search(single(77), 5)).toEqual(all.slice(0, 5));
    expect(new Set(all.map((one) => one.personId)).size).toBe(100);
  });

  it('answers nothing when it is empty', () => {
    expect(new VectorIndex().search(single(1), 5)).toEqual([]);
  });
});
