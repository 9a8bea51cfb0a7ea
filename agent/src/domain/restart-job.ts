import type { JobHandler } from './job-handler.ts';

/** Ends the agent, cleanly, and has the next process say that it is there. */
export function restartJob(now: { readonly version: string; readonly startedAt: string }): JobHandler<'restart'> {
  return {
    timeoutMs: 60_000,
    needsQuiet: true,
    run: () => Promise.resolve({ status: 'restarting' }),
    // Cut off in the middle it was restarted just as well.
    resume: () => Promise.resolve({ status: 'SUCCEEDED', details: { version: now.version, startedAt: now.startedAt } }),
  };
}
