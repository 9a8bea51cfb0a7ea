import type { JobDocument, JobId } from '@rollcall/contract/device-job';
import type { JobOutcome } from '../domain/job-handler.ts';

/** The job in hand, for the next process. */
export interface HeldJob {
  readonly jobId: JobId;
  readonly document: JobDocument;
  /** Of its execution, as the queue gave it. */
  readonly version: number;
  /** `begun`: at it; `restarting`: it goes on in the next process. */
  readonly phase: 'begun' | 'restarting';
  /** Whether an earlier process has gone on with it already. */
  readonly resumed: boolean;
  /** What came of it, when the queue does not know yet. */
  readonly outcome?: Exclude<JobOutcome, { status: 'restarting' }>;
}

/** Remembers the one job in hand over the end of the process. Never throws for a disk that fails: then it remembers until the process ends. */
export interface JobMemory {
  load(): Promise<HeldJob | undefined>;
  save(job: HeldJob): Promise<void>;
  clear(): Promise<void>;
}
