import type { Region } from '@rollcall/contract/capture';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutAround, cutAroundFaces, seenIn } from './cut.ts';

const picture = { width: 1920, height: 1080 };
const inside = fc.tuple(fc.nat(picture.width - 1), fc.nat(picture.height - 1)).chain(([x, y]) =>
  fc.record({
    x: fc.constant(x),
    y: fc.constant(y),
    width: fc.integer({ min: 1, max: picture.width - x }),
    height: fc.integer({ min: 1, max: picture.height - y }),
  }),
);

function holds(outer: Region, inner: Region): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

test('a cut lies in the picture and holds what moved', () => {
  fc.assert(
    fc.property(inside, (region) => {
      const cut = cutAround(region, picture);
      if (!cut) return;
      expect(holds({ x: 0, y: 0, ...picture }, cut)).toBe(true);
      expect(holds(cut, region)).toBe(true);
    }),
  );
});

test('a cut around faces lies in the picture and holds all of them, and is not most of it', () => {
  fc.assert(
    fc.property(fc.array(inside, { maxLength: 4 }), (faces) => {
      const cut = cutAroundFaces(faces, picture);
      if (!cut) return;
      expect(holds({ x: 0, y: 0, ...picture }, cut)).toBe(true);
      for (const face of faces) expect(holds(cut, face)).toBe(true);
      expect(cut.width * cut.height).toBeLessThanOrEqual((picture.width * picture.height) / 2);
    }),
  );
});

test('a cut around a face has the head and the shoulders', () => {
  const face = { x: 900, y: 400, width: 150, height: 180 };
  const cut = cutAroundFaces([face], picture);
  expect(cut?.width).toBeGreaterThan(3 * face.width);
  expect(cut?.height).toBeGreaterThan(3 * face.height);
});

test('without faces there is no cut around them', () => {
  expect(cutAroundFaces([], picture)).toBeUndefined();
});

test('what is seen of a region lies in the picture that is sent, or nothing is seen of it', () => {
  fc.assert(
    fc.property(inside, inside, fc.integer({ min: 1, max: 100 }), (region, cut, percent) => {
      const size = {
        width: Math.max(1, Math.floor((cut.width * percent) / 100)),
        height: Math.max(1, Math.floor((cut.height * percent) / 100)),
      };
      const seen = seenIn(region, cut, size);
      expect(seen ? holds({ x: 0, y: 0, ...size }, seen) : !holds(cut, region)).toBe(true);
    }),
  );
});
