import type { Timer } from '@rollcall/kit/timer';

/** Resolves when `work` does, or after `ms`; rejects when `work` does before. */
export function within(timer: Timer, ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise<void>((resolve) => timer.after(ms, resolve))]);
}
