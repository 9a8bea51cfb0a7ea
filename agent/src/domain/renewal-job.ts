import type { JobHandler, JobOutcome } from './job-handler.ts';

/** What the job needs of the device's certificate. */
export interface RenewableCertificate {
  /** The present one, PEM. */
  readonly present: string;
  /** Keeps what was asked for over the end of the connection, and of the process. */
  readonly ask: (present: string) => Promise<void>;
  readonly asked: () => Promise<string | undefined>;
  readonly answered: () => Promise<void>;
  /** Ends this connection, in favor of one with the next certificate. */
  readonly begin: () => void;
  /** Why the last try came to nothing. */
  readonly problem: () => string | undefined;
}

/**
 * Gets another certificate. The connection on which it was asked for ends in the middle of it, and the job goes on with the next one,
 * which says what came of it: another certificate than the one that was to be replaced, or not.
 */
export function renewalJob(certificate: RenewableCertificate): JobHandler<'rotate'> {
  const { present, ask, asked, answered, begin, problem } = certificate;
  return {
    timeoutMs: 600_000,
    needsQuiet: false,
    run: async ({ signal }) => {
      await ask(present);
      begin();
      return new Promise<JobOutcome>((resolve) => {
        const late = () => resolve({ status: 'FAILED', reason: 'the connection did not end' });
        signal.addEventListener('abort', late, { once: true });
      });
    },
    resume: async () => {
      const replaced = await asked();
      await answered();
      if (replaced !== undefined && replaced !== present) return { status: 'SUCCEEDED' };
      return { status: 'FAILED', reason: problem() ?? 'the agent ended in the middle of it' };
    },
  };
}
