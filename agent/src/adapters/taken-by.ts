import type { Clock } from '@rollcall/kit/clock';
import type { Uptime } from '../ports/uptime.ts';

/** A picture is kept minutes after it was taken, at most: a passage is cut at 15. */
const maxBeforeMs = 1_200_000;

/**
 * When a picture was taken by the machine's uptime, which it keeps when its clock is set. Called when it is kept. A clock that was set in
 * between shows as a time before or long ago: then the picture counts as taken now.
 */
export function takenBy(takenAt: string, clock: Clock, uptime: Uptime): { bootId: string; atMs: number } {
  const beforeMs = clock.now() - Date.parse(takenAt);
  const isPlausible = beforeMs >= 0 && beforeMs <= maxBeforeMs;
  return { bootId: uptime.bootId, atMs: uptime.now() - (isPlausible ? beforeMs : 0) };
}
