import type { JobDetails, JobStatus } from '@rollcall/contract/device-job';

/** A job as the queue gives it out: nothing in it was checked. */
export interface OfferedJob {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly document: unknown;
  /** Of its execution: an update names the version that it knows. */
  readonly version: number;
}

/** What the device says of a job. */
export interface JobReply {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly details: JobDetails;
  readonly expectedVersion: number;
}

/** The jobs of this device, of which the cloud knows. */
export interface JobQueue {
  /** What it is at, else what waits longest. @throws Unavailable */
  next(): Promise<OfferedJob | undefined>;
  /** @returns the version after it; undefined when the job is over or was changed meanwhile. @throws Unavailable */
  update(reply: JobReply): Promise<number | undefined>;
  /** Calls `listener` with the id of the job that is next whenever that is another one; undefined for none. */
  onNext(listener: (jobId: string | undefined) => void): void;
}
