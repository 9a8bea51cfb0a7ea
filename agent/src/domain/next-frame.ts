import type { Timer } from '@rollcall/kit/timer';
import type { Frame } from '../ports/frame.ts';

/** The frame that is `waiting`, or `silent` when it does not come for `silentMs` (without it, waits for ever). */
export async function nextFrame(
  waiting: Promise<IteratorResult<Frame>>,
  silentMs: number | undefined,
  timer: Timer,
): Promise<IteratorResult<Frame> | 'silent'> {
  if (silentMs === undefined) return waiting;
  let cancel: (() => void) | undefined;
  const silence = new Promise<'silent'>((resolve) => {
    cancel = timer.after(silentMs, () => resolve('silent'));
  });
  try {
    return await Promise.race([waiting, silence]);
  } finally {
    cancel?.();
  }
}
