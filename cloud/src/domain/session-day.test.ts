import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDays, dayAfter, dayOf, spanOfDay, wallTime } from './session-day.ts';

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Cairo', 'UTC'];

describe('a local day', () => {
  it('begins at midnight of its zone', () => {
    expect(dayOf('2026-01-05T22:59:59.999Z', 'Europe/Berlin')).toBe('2026-01-05');
    expect(dayOf('2026-01-05T23:00:00.000Z', 'Europe/Berlin')).toBe('2026-01-06');
    expect(spanOfDay('2026-03-29', 'Europe/Berlin')).toEqual({
      from: '2026-03-28T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    });
  });

  it('begins later where clocks change at midnight', () => {
    // In Cairo 2026-04-24 begins at 01:00.
    expect(spanOfDay('2026-04-24', 'Africa/Cairo').from).toBe('2026-04-23T22:00:00.000Z');
  });

  it('holds each instant once', () => {
    const instants = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (date, zone) => {
        const at = date.toISOString();
        const day = dayOf(at, zone);
        const span = spanOfDay(day, zone);
        expect(span.from <= at && at < span.to).toBe(true);
        expect(spanOfDay(dayAfter(day, 1), zone).from).toBe(span.to);
      }),
    );
  });

  it('is counted with both ends', () => {
    expect(countDays('2026-01-01', '2026-12-31')).toBe(365);
    expect(countDays('2026-01-02', '2026-01-01')).toBe(0);
  });

  it('has wall-clock times, cut and not rounded', () => {
    expect(wallTime('2026-01-05T07:03:59.999Z', 'Europe/Berlin')).toBe('08:03');
    expect(wallTime('2026-01-05T07:03:59.999Z', 'Europe/Berlin', 'second')).toBe('08:03:59');
  });
});
