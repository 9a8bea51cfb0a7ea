import { CaptureId, SightingId } from '@rollcall/contract/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Appearance } from '../store/appearance-store.ts';
import { attend, dayEnds } from './attend.ts';
import { door1 } from './recognition.test.support.ts';
import { sessionTimes } from './session-day.ts';

const zone = 'Europe/Berlin';
const settings = { start: '08:00', graceMinutes: 10, end: '16:00' };
const passage = '01KE6D0000000000000000000A';

/** @param n tells sightings apart. */
function seen(at: string, n = 1, by: Appearance['by'] = 'recognition'): Appearance {
  return {
    at,
    sightingId: SightingId.parse(`${passage}.${n}`),
    doorId: door1,
    captureId: CaptureId.parse(passage),
    by,
  };
}

function attended(first: string | undefined, over: Partial<Parameters<typeof attend>[0]> = {}) {
  return attend({
    zone,
    session: sessionTimes('2026-01-05', settings, zone),
    seen: first === undefined ? undefined : dayEnds([seen(first)]),
    registeredAt: '2026-01-01T00:00:00.000Z',
    now: Date.parse('2026-01-05T18:00:00.000Z'),
    doorName: () => 'Door 1',
    ...over,
  });
}

describe('attend', () => {
  it('takes whoever comes within the grace as present, to the millisecond', () => {
    expect(attended('2026-01-05T07:03:00.000Z')).toMatchObject({
      status: 'present',
      why: 'first seen 08:03 at Door 1, session starts 08:00 with 10 min grace',
    });
    expect(attended('2026-01-05T07:10:00.000Z')).toMatchObject({ status: 'present' });
    expect(attended('2026-01-05T07:10:00.001Z')).toMatchObject({ status: 'late' });
  });

  it('shows the seconds of somebody who came seconds too late', () => {
    expect(attended('2026-01-05T07:10:20.000Z')?.why).toMatch(/^first seen 08:10:20 at Door 1,/);
    expect(attended('2026-01-05T07:12:20.000Z')?.why).toMatch(/^first seen 08:12 at Door 1,/);
  });

  it('takes everybody as present when no times are set', () => {
    expect(attended('2026-01-05T22:03:00.000Z', { session: null })).toEqual({
      status: 'present',
      firstSeenAt: '2026-01-05T22:03:00.000Z',
      lastSeenAt: '2026-01-05T22:03:00.000Z',
      doorId: door1,
      why: 'first seen 23:03 at Door 1',
    });
    expect(attended(undefined, { session: null })).toBeUndefined();
  });

  it('takes nobody as absent before the end, nor whoever was registered after it', () => {
    expect(attended(undefined, { now: Date.parse('2026-01-05T14:59:59.999Z') })).toBeUndefined();
    expect(attended(undefined, { now: Date.parse('2026-01-05T15:00:00.000Z') })).toMatchObject({
      status: 'absent',
      firstSeenAt: null,
      why: 'not seen by the end of the session at 16:00',
    });
    expect(attended(undefined, { registeredAt: '2026-01-05T15:00:00.000Z' })).toBeUndefined();
  });

  it('says when an admin recognized the person', () => {
    const ends = dayEnds([seen('2026-01-05T07:03:00.000Z', 1, 'resolution')]);
    expect(attended('', { seen: ends })?.why).toMatch(/at Door 1, recognized by hand, session/);
  });

  it('keeps local times on the days on which clocks change', () => {
    // In Berlin 02:00 becomes 03:00 on 2026-03-29, and 03:00 becomes 02:00 on 2026-10-25.
    const spring = sessionTimes('2026-03-29', settings, zone);
    expect(new Date(spring.startMs).toISOString()).toBe('2026-03-29T06:00:00.000Z');
    const autumn = sessionTimes('2026-10-25', settings, zone);
    expect(new Date(autumn.startMs).toISOString()).toBe('2026-10-25T07:00:00.000Z');
    // 02:30 does not exist that night; 10 min of grace are ten minutes all the same.
    const gap = sessionTimes('2026-03-29', { start: '02:30', graceMinutes: 10, end: '06:00' }, zone);
    expect(new Date(gap.startMs).toISOString()).toBe('2026-03-29T01:30:00.000Z');
    expect(gap.lateAfterMs - gap.startMs).toBe(600_000);
  });
});

describe('the ends of a day', () => {
  const appearances = fc.array(
    fc
      .record({ minute: fc.integer({ min: 0, max: 5 }), n: fc.integer({ min: 1, max: 9 }) })
      .map(({ minute, n }) => seen(`2026-01-05T07:0${minute}:00.000Z`, n)),
    { maxLength: 8 },
  );

  it('do not depend on the order of arrival', () => {
    fc.assert(
      fc.property(appearances, fc.func(fc.integer()), (list, key) => {
        const shuffled = list.toSorted((a, b) => key(a) - key(b));
        expect(dayEnds(shuffled)).toEqual(dayEnds(list));
      }),
    );
  });

  it('do not change by a redelivery, and change no input', () => {
    fc.assert(
      fc.property(appearances, fc.nat(), (list, pick) => {
        const frozen = Object.freeze(list.map((one) => Object.freeze(one)));
        const again = list.length > 0 ? [...frozen, ...frozen.slice(pick % list.length)] : frozen;
        expect(dayEnds(again)).toEqual(dayEnds(frozen));
      }),
    );
  });

  it('hold everything between them', () => {
    fc.assert(
      fc.property(appearances, (list) => {
        const ends = dayEnds(list);
        expect(list.every((one) => ends && one.at >= ends.first.at && one.at <= ends.last.at)).toBe(true);
      }),
    );
  });
});
