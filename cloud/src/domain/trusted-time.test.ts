import { describe, expect, it } from 'vitest';
import { trustedTime } from './trusted-time.ts';

const receivedAt = Date.parse('2026-03-02T09:00:00.000Z');
const said = (takenAt: string, clockSynced: boolean) => trustedTime({ takenAt, clockSynced }, receivedAt);

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

  it('is never in the future, nor older than an outage can last, whatever the clock says of itself', () => {
    for (const claimed of ['2026-03-02T09:05:00.000Z', '2026-01-01T00:00:00.000Z']) {
      expect(said(claimed, true)).toMatchObject({ takenAt: '2026-03-02T09:00:00.000Z', clockTrusted: false });
    }
  });
});
