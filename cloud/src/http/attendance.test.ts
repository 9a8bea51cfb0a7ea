import { Attendance } from '@rollcall/contract/attendance';
import { AuditEntry } from '@rollcall/contract/audit';
import { DaySummary } from '@rollcall/contract/day-summary';
import { pageOf } from '@rollcall/contract/page';
import { beforeEach, describe, expect, it } from 'vitest';
import { as } from './api-for-tests.ts';
import { bodyOf, problemIn, testRecognitionApi } from './recognition-for-tests.ts';

describe('/v1/attendance', () => {
  let given: ReturnType<typeof testRecognitionApi>;

  /** Ada at 08:00, Bob at 08:20, Cy never; the session is 08:00 to 16:00 with 10 min grace. */
  beforeEach(async () => {
    given = testRecognitionApi();
    const { site } = given;
    await site.recognition.start();
    const ada = await site.register('Ada', { groups: ['7b', 'choir'] });
    const bob = await site.register('Bob', { groups: ['7b'] });
    await site.register('Cy', { groups: ['choir'] });
    await site.register('Late Joiner', { createdAt: '2026-01-06T07:00:00.000Z', groups: ['7b'] });
    await site.configure({ day: { start: '08:00', graceMinutes: 10, end: '16:00' } });
    await site.send([{ who: 'ada', like: { [ada]: 97 } }]);
    site.clock.advance(20 * 60_000);
    await site.send([{ who: 'bob', like: { [bob]: 97 } }]);
    await site.idle();
  });

  const ask = (query: string, headers: Record<string, string> = {}) =>
    given.api.request(`/v1/attendance${query}`, { headers: { ...as('viewer'), ...headers } });
  const rows = async (query: string) => {
    const { items } = await bodyOf(ask(query), pageOf(Attendance));
    return items.map((row) => `${row.date} ${row.name} ${row.status}`);
  };
  const afterwards = () => given.site.clock.advance(10 * 3_600_000);

  it('has only who was seen while the day goes on, and today by default', async () => {
    expect(await rows('')).toEqual(['2026-01-05 Ada present', '2026-01-05 Bob late']);
  });

  it('has who was absent once it is over, by name, and nobody who was registered later', async () => {
    afterwards();
    expect(await rows('?date=2026-01-05')).toEqual([
      '2026-01-05 Ada present',
      '2026-01-05 Bob late',
      '2026-01-05 Cy absent',
    ]);
    const { items } = await bodyOf(ask('?date=2026-01-05&status=absent'), pageOf(Attendance));
    expect(items).toMatchObject([
      { externalId: 'Cy', sessionId: 'all-day', firstSeenAt: null, lastSeenAt: null, doorId: null },
    ]);
  });

  it('has one person alone, newest day first and by pages', async () => {
    const { items: all } = await bodyOf(ask(''), pageOf(Attendance));
    const ada = all.find((row) => row.name === 'Ada')?.personId ?? '';
    given.site.clock.advance(2 * 24 * 3_600_000);
    const path = `/v1/people/${ada}/attendance?from=2026-01-05&to=2026-01-07`;
    const read = (more: string) =>
      bodyOf(given.api.request(path + more, { headers: as('viewer') }), pageOf(Attendance));
    const { items, nextCursor } = await read('&limit=1');
    expect(items).toMatchObject([{ date: '2026-01-06', status: 'absent' }]);
    expect((await read(`&cursor=${nextCursor}`)).items).toMatchObject([{ date: '2026-01-05', status: 'present' }]);
  });

  it('has nothing of a person of another organization', async () => {
    const { items } = await bodyOf(ask(''), pageOf(Attendance));
    const path = `/v1/people/${items[0]?.personId}/attendance`;
    const answer = await given.api.request(path, { headers: as('viewer', 'other') });
    expect(answer.status).toBe(404);
  });

  it('follows the settings at once, without being computed anew', async () => {
    await given.site.configure({ day: { start: '08:00', graceMinutes: 30, end: '16:00' } });
    expect(await rows('')).toEqual(['2026-01-05 Ada present', '2026-01-05 Bob present']);
    await given.site.configure({ day: null });
    afterwards();
    expect(await rows('?date=2026-01-05')).toEqual(['2026-01-05 Ada present', '2026-01-05 Bob present']);
  });

  it('is asked by group, by status and over several days', async () => {
    afterwards();
    expect(await rows('?date=2026-01-05&groupId=choir')).toEqual(['2026-01-05 Ada present', '2026-01-05 Cy absent']);
    expect(await rows('?date=2026-01-05&status=late')).toEqual(['2026-01-05 Bob late']);
    expect(await rows('?from=2026-01-04&to=2026-01-05&status=absent')).toEqual([
      '2026-01-04 Ada absent',
      '2026-01-04 Bob absent',
      '2026-01-04 Cy absent',
      '2026-01-05 Cy absent',
    ]);
  });

  it('comes page by page, each row once', async () => {
    afterwards();
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 10; pages++) {
      const page = await bodyOf(ask(`?from=2026-01-04&to=2026-01-05&limit=2${cursor}`), pageOf(Attendance));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((row) => row.id));
      if (!page.nextCursor) break;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
  });

  it('refuses a range of more than a year, a day that is none, and a cursor from elsewhere', async () => {
    expect((await ask('?from=2025-01-01&to=2026-01-02')).status).toBe(422);
    expect((await ask('?date=2026-02-30')).status).toBe(422);
    expect((await ask('?date=2026-01-05&from=2026-01-04')).status).toBe(422);
    expect((await ask('?cursor=abc')).status).toBe(422);
  });

  it('is CSV when asked for, whole, and audited', async () => {
    afterwards();
    await given.site.register('=HYPERLINK("x"), Jr.', { groups: ['7b'] });
    const answer = await ask('?date=2026-01-05&limit=1', { accept: 'text/csv' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    expect((await answer.text()).split('\r\n')).toEqual([
      'date,externalId,name,groups,status,firstSeenAt,lastSeenAt,doorId,why',
      `2026-01-05,"'=HYPERLINK(""x""), Jr.","'=HYPERLINK(""x""), Jr.",7b,absent,,,,not seen by the end of the session at 16:00`,
      '2026-01-05,Ada,Ada,7b; choir,present,2026-01-05T07:00:00.000Z,2026-01-05T07:00:00.000Z,door-1,"first seen 08:00 at Door 1, session starts 08:00 with 10 min grace"',
      '2026-01-05,Bob,Bob,7b,late,2026-01-05T07:20:00.000Z,2026-01-05T07:20:00.000Z,door-1,"first seen 08:20 at Door 1, session starts 08:00 with 10 min grace"',
      '2026-01-05,Cy,Cy,choir,absent,,,,not seen by the end of the session at 16:00',
      '',
    ]);
    const audit = await given.api.request('/v1/audit', { headers: as('admin') });
    expect((await bodyOf(audit, pageOf(AuditEntry))).items).toMatchObject([
      { action: 'attendance.exported', details: { date: '2026-01-05' } },
    ]);
  });

  it.each([
    ['?format=csv', {}, 'text/csv'],
    ['?format=json', { accept: 'text/csv' }, 'application/json'],
    ['', { accept: '*/*' }, 'application/json'],
    ['', { accept: 'application/xml;q=0.9, text/csv;q=0.5' }, 'text/csv'],
  ])('chooses by format, then by Accept: %s %o', async (query, headers, type) => {
    expect((await ask(query, headers)).headers.get('content-type')).toContain(type);
  });

  it('says 406 to what it does not offer', async () => {
    for (const answer of [await ask('?format=xlsx'), await ask('', { accept: 'image/png' })]) {
      expect(answer.status).toBe(406);
      expect((await problemIn(answer)).code).toBe('not-acceptable');
    }
  });

  it('refuses a range that is too long as CSV too', async () => {
    expect((await ask('?format=csv&from=2020-01-01&to=2026-01-02')).status).toBe(422);
  });

  it('sums a day up', async () => {
    const summary = await bodyOf(ask('/summary?date=2026-01-05'), DaySummary);
    expect(summary).toEqual({
      date: '2026-01-05',
      timeZone: 'Europe/Berlin',
      total: { registered: 3, present: 1, late: 1, absent: 0, excused: 0 },
      groups: [
        { group: '7b', registered: 2, present: 1, late: 1, absent: 0, excused: 0 },
        { group: 'choir', registered: 2, present: 1, late: 0, absent: 0, excused: 0 },
      ],
      arrivals: [
        { at: '08:00', count: 1 },
        { at: '08:20', count: 1 },
      ],
    });
    afterwards();
    expect((await bodyOf(ask('/summary?date=2026-01-05'), DaySummary)).total).toMatchObject({ absent: 1 });
  });

  it('is not for kiosks, and empty for another organization', async () => {
    expect((await ask('', as('kiosk', 'main', 'door-1'))).status).toBe(403);
    expect((await bodyOf(ask('', as('viewer', 'other')), pageOf(Attendance))).items).toEqual([]);
  });
});
