import { DeviceId } from '@rollcall/contract/ids';
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keys } from '../api/keys.ts';
import { applyLiveEvents } from './apply-live-events.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each([
  [2, 60, 86],
  [300, 60, 10],
])(
  'a page that shows %i devices, each with a heartbeat a minute, reads them no oftener than that takes',
  async (count, seconds, most) => {
    const client = new QueryClient();
    client.setQueryData(keys.devices(), { items: Array.from({ length: count }), nextCursor: null });
    const reread = vi.spyOn(client, 'invalidateQueries');
    const live = applyLiveEvents(client);
    for (let at = 0; at < seconds * 5; at++) {
      live.event({ kind: 'device', deviceId: DeviceId.parse('pi-1') });
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(reread.mock.calls.length).toBeLessThanOrEqual(most);
    expect(reread.mock.calls.length).toBeGreaterThanOrEqual(most / 1.5);
  },
);

test('who is seen is read at once, however many devices there are', async () => {
  const client = new QueryClient();
  client.setQueryData(keys.devices(), { items: Array.from({ length: 300 }), nextCursor: null });
  const reread = vi.spyOn(client, 'invalidateQueries');
  const live = applyLiveEvents(client);
  live.event({ kind: 'device', deviceId: DeviceId.parse('pi-1') });
  live.event({ kind: 'attendance', date: '2026-03-02' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reread.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([['summary'], ['person-attendance']]);
});
