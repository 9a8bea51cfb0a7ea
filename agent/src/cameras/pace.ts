import type { Timer } from '@rollcall/kit/timer';
import { latestOf } from './latest.ts';

/** A picture that is not looked at yet, and when it was taken after the first, in ms. */
export interface TimedImage {
  readonly image: Uint8Array;
  readonly offsetMs: number;
}

export interface PaceOptions {
  readonly timer: Timer;
  /** Aborted to end it, and by its end: the source goes by it as well. */
  readonly stop: AbortController;
  /** Called when the first picture is there, which is when time begins. */
  readonly onFirst: () => void;
}

/**
 * Gives each picture when its time has come, and of those whose time has come only the latest: a slow reader
 * gets fewer pictures, not older ones.
 */
export function atOwnPace(source: AsyncIterable<TimedImage>, options: PaceOptions): AsyncGenerator<TimedImage, void> {
  return latestOf(inTime(source, options), options.stop);
}

async function* inTime(source: AsyncIterable<TimedImage>, options: PaceOptions): AsyncGenerator<TimedImage, void> {
  const { timer, stop, onFirst } = options;
  let start: number | undefined;
  for await (const image of source) {
    if (start === undefined) {
      start = timer.now();
      onFirst();
    }
    await waitUntil(start + image.offsetMs, timer, stop.signal);
    if (stop.signal.aborted) return;
    yield image;
  }
}

/** Resolves at `due`, by the timer, or when the signal aborts. */
export async function waitUntil(due: number, timer: Timer, signal: AbortSignal): Promise<void> {
  const ms = due - timer.now();
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = timer.after(ms, done);
    function done(): void {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
