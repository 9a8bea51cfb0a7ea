import { describe, expect, it } from 'vitest';
import { listAttendance } from './list-attendance.ts';
import { main, testSite } from './recognition.test.support.ts';

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
});
