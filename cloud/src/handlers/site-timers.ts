import type { Log } from '@rollcall/kit/log';
import { type Timer, timers } from '../manifest.ts';

/** What each timer of the manifest runs. */
export type TimerHandlers = Readonly<Record<Timer['name'], () => Promise<void>>>;

/**
 * The manifest's timers, in process: each runs again so many seconds after it has ended. One that fails says so and is tried at its
 * next turn.
 */
export function startTimers(handlers: TimerHandlers, log: Log): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const running = timers.map(({ name, everySeconds }) => keepRunning(name, everySeconds));
  return {
    stop: async () => {
      stopped.abort();
      await Promise.all(running);
    },
  };

  async function keepRunning(name: Timer['name'], everySeconds: number): Promise<void> {
    while (await pause(everySeconds * 1_000, stopped.signal)) {
      try {
        await handlers[name]();
      } catch (err) {
        log.error('timer-failed', { timer: name, err });
      }
    }
  }
}

/** @returns false when it was ended before. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve(true);
    }, ms);
    const end = () => {
      clearTimeout(timer);
      resolve(false);
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
