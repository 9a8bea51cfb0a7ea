import { describe, expect, it } from 'vitest';
import { trustedTime } from './trusted-time.ts';

const receivedAt = Date.parse('2026-03-02T09:00:00.000Z');
const said = (takenAt: string, clockSynced: boolean, ageMs?: number) =>
  trustedTime({ takenAt, clockSynced, ageMs }, receivedAt);

describe('the time of a capture', () => {
  it('is what a synchronized clock says, however long it was on the way', () => {
    expect(said('2026-03-01T07:58:00.000Z', true)).toEqual({
      takenAt: '2026-03-01T07:58:00.000Z',
      clockTrusted: true,
    });
  });

  it('is what an unsynchronized clock says when it agrees with ours', () => {
    expect(said('2026-03-02T08:58:30.000Z', false)).toEqual({
      takenAt: '2026-03-02T08:58:30.000Z',
      clockTrusted: true,
    });
  });

  it('is when we received it, with what was claimed kept, when an unsynchronized clock differs', () => {
    expect(said('1970-01-01T00:05:00.000Z', false)).toEqual({
      takenAt: '2026-03-02T09:00:00.000Z',
      clockTrusted: false,
      claimedAt: '1970-01-01T00:05:00.000Z',
    });
  });

  it('is as long ago as the device kept it, by our clock, when its own cannot be believed', () => {
    const yesterday = { takenAt: '2026-03-01T09:00:00.000Z', clockTrusted: false };
    expect(said('1970-01-01T00:05:00.000Z', false, 86_400_000)).toMatchObject(yesterday);
    // Set wrong, and said to be synchronized.
    expect(said('2031-01-01T00:00:00.000Z', true, 86_400_000)).toMatchObject(yesterday);
    // A clock that is believed needs no help.
    expect(said('2026-03-01T07:58:00.000Z', true, 1_000)).toMatchObject({ takenAt: '2026-03-01T07:58:00.000Z' });
    // Nothing waits for a year.
    expect(said('1970-01-01T00:05:00.000Z', false, 365 * 86_400_000)).toMatchObject({
      takenAt: '2026-03-02T09:00:00.000Z',
    });
  });

  it('is never in the future, nor older than an outage can last, whatever the clock says of itself', () => {
    for (const claimed of ['2026-03-02T09:05:00.000Z', '2026-01-01T00:00:00.000Z']) {
      expect(said(claimed, true)).toMatchObject({ takenAt: '2026-03-02T09:00:00.000Z', clockTrusted: false });
    }
  });
});
