import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isJsonObject, mergePatch, patchBetween, sameJson } from './merge-patch.ts';

/** JSON without null, which a merge cannot store. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'c'), tie('any'), { maxKeys: 3 }),
}));
const object = value.object.filter(isJsonObject);

it('a patch between two objects makes the second of the first, and the second of itself', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const patch = patchBetween(before, after);
      expect(sameJson(mergePatch(before, patch), after)).toBe(true);
      expect(sameJson(mergePatch(after, patch), after)).toBe(true);
      expect(patchBetween(after, after)).toEqual({});
    }),
  );
});

it('merging changes neither the target nor the patch', () => {
  fc.assert(
    fc.property(object, object, (target, patch) => {
      const said = JSON.stringify([target, patch]);
      mergePatch(target, patch);
      expect(JSON.stringify([target, patch])).toBe(said);
    }),
  );
});

it('null removes, arrays are replaced whole, objects are merged', () => {
  const target = { a: 1, b: { c: [1, 2], d: true } };
  expect(mergePatch(target, { a: null, b: { c: [3] }, e: null })).toEqual({ b: { c: [3], d: true } });
});

it('the order of keys makes no difference, the order of an array does', () => {
  expect(sameJson({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson({ a: 1 }, { a: 1, b: 0 })).toBe(false);
  expect(sameJson({}, [])).toBe(false);
});
