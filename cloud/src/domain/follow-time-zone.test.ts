import type { PersonId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { closePassages } from './close-passages.ts';
import { followTimeZone } from './follow-time-zone.ts';
import { listAttendance } from './list-attendance.ts';
import { main, testSite } from './recognition.test.support.ts';
import type { Site } from './started-site.test.support.ts';

describe('a change of the time zone', () => {
  it('cuts recent days anew: who came late at night here came on another day there', async () => {
    const site = testSite('2026-01-05T22:30:00.000Z');
    await site.recognition.start();
    const tick = () => site.recognition.timers['close-passages']();
    await tick();
    const ada = await site.register('Ada');
    await site.send([{ who: 'ada', like: { [ada]: 97 } }]);
    await site.idle();
    const daysOf = async () => {
      const ports = { ...site.ports, groups: site.groups };
      const page = await listAttendance(ports, main, { from: '2026-01-04', to: '2026-01-07' }, { limit: 10 });
      return page.items.map((row) => `${row.date} ${row.why}`);
    };
    expect(await daysOf()).toEqual(['2026-01-05 first seen 23:30 at Door 1']);
    await site.configure({ timeZone: 'Europe/Helsinki' });
    await tick();
    expect(await daysOf()).toEqual(['2026-01-06 first seen 00:30 at Door 1']);
    await site.configure({ timeZone: 'America/New_York' });
    await tick();
    expect(await daysOf()).toEqual(['2026-01-05 first seen 17:30 at Door 1']);
    const writes = site.table.writes;
    await tick();
    expect(site.table.writes).toBe(writes);
  });

  it('of an organization that one run has no time for goes on where it was, until all of it is done', async () => {
    const site = testSite('2026-01-05T22:30:00.000Z');
    await site.recognition.start();
    await followTimeZone(site.ports, main);
    const people = await seenByMany(site, 60);
    await site.configure({ timeZone: 'Europe/Helsinki' });
    const days = async (date: string) => {
      const page = await site.ports.attendance.ofDay(main, date, { limit: 1_000 });
      return page.items.length;
    };
    // Time for 25 people a run, and for some days without any.
    let runs = 0;
    for (; runs < 100 && (await site.ports.attendance.cut(main))?.zone !== 'Europe/Helsinki'; runs++) {
      let turns = 12;
      await closePassages(site.ports, main, () => turns-- > 0);
    }
    expect(runs).toBeGreaterThan(2);
    expect(runs).toBeLessThan(20);
    expect([await days('2026-01-05'), await days('2026-01-06')]).toEqual([0, people.length]);
    expect(await followTimeZone(site.ports, main)).toBe(0);
  });

  it('back, before it was done, leaves the days as they were', async () => {
    const site = testSite('2026-01-05T22:30:00.000Z');
    await site.recognition.start();
    await followTimeZone(site.ports, main);
    const people = await seenByMany(site, 60);
    await site.configure({ timeZone: 'Europe/Helsinki' });
    let turns = 34;
    await followTimeZone(site.ports, main, () => turns-- > 0);
    const moved = await site.ports.attendance.ofDay(main, '2026-01-06', { limit: 1_000 });
    expect(moved.items.length).toBeGreaterThan(0);
    await site.configure({ timeZone: 'Europe/Berlin' });
    await followTimeZone(site.ports, main);
    const back = await site.ports.attendance.ofDay(main, '2026-01-05', { limit: 1_000 });
    expect(back.items).toHaveLength(people.length);
  });
});

async function seenByMany(site: Site, count: number): Promise<readonly PersonId[]> {
  const people: PersonId[] = [];
  for (let n = 0; n < count; n++) {
    const id = await site.register(`Person ${n}`);
    await site.send([{ who: id, like: { [id]: 97 } }]);
    people.push(id);
  }
  await site.idle();
  return people;
}
