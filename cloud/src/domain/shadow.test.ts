import { type JsonObject, isJsonObject, mergePatch, sameJson } from '@rollcall/kit/merge-patch';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaOf, metadataOf, updatedShadow } from './shadow.ts';

const value = fc.letrec((tie) => ({
  any: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 2 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { maxKeys: 3 }),
}));
const object = value.object.filter(isJsonObject);

const stored = (document: { desired?: JsonObject; reported?: JsonObject }) => ({
  version: 3,
  document: { ...document, metadata: {} },
});

describe('the delta of a shadow', () => {
  it('is nothing exactly when all that is wanted is reported', () => {
    fc.assert(
      fc.property(object, object, (desired, reported) => {
        const delta = deltaOf(desired, reported);
        expect(delta === undefined).toBe(sameJson(mergePatch(reported, desired), reported));
        expect(sameJson(mergePatch(reported, delta ?? {}), mergePatch(reported, desired))).toBe(true);
      }),
    );
  });

  it('says nothing of what is only reported, and takes an array whole', () => {
    expect(deltaOf({ a: [1, 2], b: { c: 1 } }, { a: [1], b: { c: 1, d: 2 }, e: 5 })).toEqual({ a: [1, 2] });
  });
});

describe('an update of a shadow', () => {
  it('merges, removes by null, and stamps what it touched', () => {
    const before = stored({ desired: { a: 1, b: { c: 1, d: 1 } } });
    const after = updatedShadow(before, { state: { desired: { a: null, b: { c: 2, e: [1, 2] } } } }, 100);
    expect(after).toEqual({
      desired: { b: { c: 2, d: 1, e: [1, 2] } },
      metadata: { desired: { b: { c: { timestamp: 100 }, e: [{ timestamp: 100 }, { timestamp: 100 }] } } },
    });
    expect(metadataOf(after.metadata.desired, { b: { c: 2 } })).toEqual({ b: { c: { timestamp: 100 } } });
  });

  it('leaves the other section, and removes one that becomes empty', () => {
    const before = stored({ desired: { a: 1 }, reported: { a: 0 } });
    expect(updatedShadow(before, { state: { reported: { a: 1 } } }, 1)).toMatchObject({
      desired: { a: 1 },
      reported: { a: 1 },
    });
    expect(updatedShadow(before, { state: { desired: null } }, 1)).not.toHaveProperty('desired');
    expect(updatedShadow(before, { state: { desired: { a: null } } }, 1)).not.toHaveProperty('desired');
  });

  it('is refused for another version than the stored one', () => {
    expect(() => updatedShadow(stored({}), { state: {}, version: 2 }, 1)).toThrow('Version conflict');
    expect(() => updatedShadow(undefined, { state: {}, version: 1 }, 1)).toThrow('Version conflict');
    expect(updatedShadow(stored({}), { state: { desired: { a: 1 } }, version: 3 }, 1)).toMatchObject({
      desired: { a: 1 },
    });
  });

  it('is refused when both sections together outgrow 8 KB', () => {
    const before = stored({ reported: { a: 'x'.repeat(5_000) } });
    expect(() => updatedShadow(before, { state: { desired: { b: 'x'.repeat(4_000) } } }, 1)).toThrow(
      'exceeds the maximum size',
    );
  });
});
