import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOf } from '../../format/time.ts';
import { arrivalsCurve, clockOf, minuteOf } from './arrivals-curve.ts';

describe('the arrivals curve', () => {
  it('rises from nobody to everybody who came', () => {
    const curve = arrivalsCurve(
      [
        { at: '08:00', count: 3 },
        { at: '08:20', count: 4 },
      ],
      null,
    );
    expect(curve.points).toEqual([
      { minute: 480, arrived: 0 },
      { minute: 485, arrived: 3 },
      { minute: 505, arrived: 7 },
    ]);
  });

  it('shows the start of the day even before anybody came', () => {
    const curve = arrivalsCurve([], { start: '09:00', graceMinutes: 10, end: '17:00' });
    expect(curve.fromMinute).toBeLessThan(540);
    expect(curve.toMinute).toBeGreaterThan(540);
  });

  it('never falls, and stays within its range, whatever the day', () => {
    const slots = fc
      .uniqueArray(fc.record({ slot: fc.integer({ min: 0, max: 287 }), count: fc.integer({ min: 1, max: 500 }) }), {
        selector: (s) => s.slot,
        minLength: 1,
      })
      .map((list) => list.sort((a, b) => a.slot - b.slot).map(({ slot, count }) => ({ at: wall(slot * 5), count })));
    fc.assert(
      fc.property(slots, (arrivals) => {
        const { points, fromMinute, toMinute } = arrivalsCurve(arrivals, null);
        const arrived = points.map((p) => p.arrived);
        expect(arrived).toEqual(arrived.toSorted((a, b) => a - b));
        expect(Math.min(...points.map((p) => p.minute))).toBeGreaterThanOrEqual(fromMinute);
        expect(Math.max(...points.map((p) => p.minute))).toBeLessThanOrEqual(toMinute);
        expect(points.at(-1)?.arrived).toBe(arrivals.reduce((sum, slot) => sum + slot.count, 0));
      }),
    );
  });

  it('reads times of day, and writes each as the reader’s locale does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1439 }), (minute) => {
        expect(minuteOf(wall(minute))).toBe(minute);
        expect(clockOf(minute)).toBe(timeOf(`1970-01-01T${wall(minute)}:00Z`, 'UTC'));
      }),
    );
  });
});

/** 510 → `08:30`. */
function wall(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
