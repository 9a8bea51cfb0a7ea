import type { Timer } from '@rollcall/kit/timer';
import type { Outbox } from '../ports/outbox.ts';
import type { JobHandler } from './job-handler.ts';

export interface WipeOptions {
  readonly outbox: Pick<Outbox, 'state'>;
  /** Nobody is watched any more. */
  readonly stopWatching: () => Promise<void>;
  /** Forgets all but what it takes to say so. @returns what could not be removed */
  readonly wipe: () => Promise<readonly string[]>;
  readonly timer: Timer;
}

const lookEveryMs = 500;
/** Nothing went for so long: the rest is not waited for. */
const stuckMs = 120_000;

/**
 * Takes the device out of service: it watches no more, sends what waits, and forgets everything. Its certificate goes once the cloud has
 * heard of it (`Wipe`).
 */
export function wipeJob({ outbox, stopWatching, wipe, timer }: WipeOptions): JobHandler<'wipe'> {
  const run: JobHandler<'wipe'>['run'] = async ({ signal }) => {
    await stopWatching();
    await sent(signal);
    const { items: unsent } = outbox.state();
    if (signal.aborted) return { status: 'FAILED', reason: 'it was canceled, or took too long' };
    const left = await wipe();
    const details = { unsent: String(unsent), ...(left.length > 0 && { left: left.join(', ') }) };
    return { status: 'SUCCEEDED', details };
  };
  return {
    timeoutMs: 45 * 60_000,
    needsQuiet: true,
    run,
    // Cut off in the middle, there is less left to do.
    resume: run,
  };

  /** Resolves when the outbox is empty, or does not get any emptier. */
  async function sent(signal: AbortSignal): Promise<void> {
    let least = outbox.state().items;
    let since = timer.now();
    while (!signal.aborted && outbox.state().items > 0 && timer.now() - since < stuckMs) {
      await new Promise<void>((resolve) => timer.after(lookEveryMs, resolve));
      if (outbox.state().items >= least) continue;
      least = outbox.state().items;
      since = timer.now();
    }
  }
}
