import type { Timer } from '@rollcall/kit/timer';

/** A picture that is not looked at yet, and when it was taken after the first, in ms. */
export interface TimedImage {
  readonly image: Uint8Array;
  readonly offsetMs: number;
}

/**
 * Gives each picture when its time has come, and of those whose time has come only the latest: a slow reader
 * gets fewer pictures, not older ones. `onFirst` is called when the first picture is there, which is when time begins.
 * @param options.stop aborted to end it, and by its end: the source goes by it as well
 */
export async function* atOwnPace(
  source: AsyncIterable<TimedImage>,
  options: { readonly timer: Timer; readonly stop: AbortController; readonly onFirst: () => void },
): AsyncGenerator<TimedImage, void> {
  const { timer, stop, onFirst } = options;
  const { signal } = stop;
  let latest: TimedImage | undefined;
  let over = false;
  let failure: { readonly cause: unknown } | undefined;
  let wake: (() => void) | undefined;

  async function pump(): Promise<void> {
    let start: number | undefined;
    try {
      for await (const image of source) {
        if (start === undefined) {
          start = timer.now();
          onFirst();
        }
        await waitUntil(start + image.offsetMs, timer, signal);
        if (signal.aborted) break;
        latest = image;
        wake?.();
      }
    } catch (cause) {
      failure = { cause };
    }
    over = true;
    wake?.();
  }

  const pumping = pump();
  try {
    for (;;) {
      if (latest) {
        const image = latest;
        latest = undefined;
        yield image;
      } else if (over) {
        if (failure) throw failure.cause;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    // Also when its reader has had enough: then the source ends, too.
    stop.abort();
    await pumping;
  }
}

async function waitUntil(due: number, timer: Timer, signal: AbortSignal): Promise<void> {
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
