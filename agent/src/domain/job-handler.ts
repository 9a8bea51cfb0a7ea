import type { JobDetails, JobDocumentOf, JobId, JobKind } from '@rollcall/contract/device-job';

/** A job to do. */
export interface JobCall<K extends JobKind> {
  readonly jobId: JobId;
  readonly document: JobDocumentOf<K>;
  /** Aborted when its time is up, when it was canceled, and when the agent stops. What still comes of it then counts for nothing. */
  readonly signal: AbortSignal;
}

/** What came of a job. `details` are for people and scripts to read; `reason` says why not, in words for ops. */
export type JobOutcome =
  | { readonly status: 'SUCCEEDED'; readonly details?: JobDetails }
  | { readonly status: 'FAILED' | 'REJECTED'; readonly reason: string; readonly details?: JobDetails }
  /** It goes on in the next process: the agent ends now, with an exit code by which it is started again, and `resume` is called there. */
  | { readonly status: 'restarting' };

/** How jobs of one kind are done. */
export interface JobHandler<K extends JobKind> {
  /** ms after which it has failed. */
  readonly timeoutMs: number;
  /** True: nobody may be at the door when it begins. It waits for that, for a while. */
  readonly needsQuiet: boolean;
  /** Throwing an AppError is failing with its message. */
  run(call: JobCall<K>): Promise<JobOutcome>;
  /**
   * Called in place of `run` when an earlier process had begun it and ended: by `restarting`, or cut off in the middle.
   * After `cut-off` it is called once; a process that ends in the middle of it too makes the job fail. After `restarted` it is called by each process
   * until it has ended: nothing is done then but to see what came of it. Without it, a job that was cut off has failed.
   */
  resume?(call: JobCall<K>, how: 'restarted' | 'cut-off'): Promise<JobOutcome>;
}

/** Who does which kind; one that nobody does is rejected. A new kind is a file of its own and a line where the registry is made. */
export type JobHandlers = { readonly [K in JobKind]?: JobHandler<K> };
