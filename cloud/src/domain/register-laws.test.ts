import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listAttendance } from './list-attendance.ts';
import { testSite, main } from './recognition.test.support.ts';

/** The register of two days after these captures, sent in this order. */
async function registerAfter(captures: readonly { readonly minute: number; readonly person: number }[]) {
  const site = testSite('2026-01-06T10:00:00.000Z');
  await site.recognition.start();
  const people = [await site.register('Ada'), await site.register('Bob')];
  await site.configure({ day: { start: '08:00', graceMinutes: 10, end: '10:00' } });
  for (const { minute, person } of captures) {
    const id = people[person % people.length] ?? '';
    // From the evening of one local day to the morning of the next.
    const takenAt = new Date(Date.parse('2026-01-05T22:00:00.000Z') + minute * 60_000).toISOString();
    await site.send([{ who: id, like: { [id]: 97 } }], { takenAt });
  }
  await site.idle();
  const ports = { ...site.ports, groups: site.groups };
  const { items } = await listAttendance(ports, main, { from: '2026-01-05', to: '2026-01-06' }, { limit: 50 });
  return items.map((row) => [row.name, row.date, row.status, row.firstSeenAt, row.lastSeenAt, row.why]);
}

describe('the register', () => {
  const captures = fc.uniqueArray(fc.record({ minute: fc.integer({ min: 0, max: 720 }), person: fc.nat({ max: 1 }) }), {
    maxLength: 7,
    selector: (one) => one.minute,
  });

  it('is the same in whatever order captures arrive', async () => {
    await fc.assert(
      fc.asyncProperty(captures, fc.func(fc.integer()), async (list, key) => {
        const shuffled = list.toSorted((a, b) => key(a) - key(b));
        expect(await registerAfter(shuffled)).toEqual(await registerAfter(list));
      }),
      { numRuns: 40 },
    );
  });
});
