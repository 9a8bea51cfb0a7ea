import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Droppable, whatToDrop } from './what-to-drop.ts';

const items = fc.uniqueArray(
  fc.record({
    seq: fc.nat(),
    kind: fc.constantFrom('capture' as const, 'passage' as const),
    sequence: fc.integer({ min: 1, max: 4 }),
  }),
  { selector: (item) => item.seq },
);

test('of nothing nothing is dropped', () => {
  expect(whatToDrop([])).toBeUndefined();
});

test('a first capture goes only when nothing else is left, and then the oldest', () => {
  fc.assert(
    fc.property(items, (all) => {
      const victim = whatToDrop(all);
      if (!victim || !isFirst(victim)) return;
      expect(all.every(isFirst)).toBe(true);
      expect(victim.seq).toBe(Math.min(...all.map((item) => item.seq)));
    }),
  );
});

test('the order of the items does not matter', () => {
  fc.assert(
    fc.property(items, (all) => {
      expect(whatToDrop(all)).toBe(whatToDrop(all.toReversed()));
    }),
  );
});

function isFirst(item: Droppable): boolean {
  return item.kind === 'capture' && item.sequence === 1;
}
