import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { endOfPrefix } from './sqlite-query.ts';

const text = fc.string({
  unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
  maxLength: 4,
});

it('finds an end that is after each text with the prefix and before no other that is after the prefix', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const end = endOfPrefix(prefix);
      const beforeEnd = end === undefined || Buffer.from(other).compare(Buffer.from(end)) < 0;
      const inside = Buffer.from(other).compare(Buffer.from(prefix)) >= 0 && beforeEnd;
      expect(inside).toBe(other.startsWith(prefix));
    }),
    { numRuns: 1000 },
  );
});
