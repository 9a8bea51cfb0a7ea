import { Unavailable } from '@rollcall/kit/app-error';

/**
 * To be raced with a request of an SDK client that `signal` aborts: the SDK heeds it while it waits for an answer, but not while it waits for
 * its turn to try again. @throws Unavailable once the signal is given.
 */
export function overdue(signal: AbortSignal, what: string): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => reject(new Unavailable(`${what}: no answer in time`));
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
