import type { JobDetails, JobDocument, JobId, JobStatus } from '@rollcall/contract/device-job';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { Instant } from '@rollcall/contract/instant';

/** A job in a device's queue. */
export interface QueuedJob {
  readonly id: JobId;
  readonly deviceId: DeviceId;
  readonly document: JobDocument;
  /** Minutes that the device may be at it. */
  readonly timeoutMinutes: number;
}

/** How far a device came with a job. */
export interface JobExecution {
  readonly status: JobStatus;
  readonly details: JobDetails;
  readonly startedAt: Instant | null;
  readonly updatedAt: Instant;
  readonly executionVersion: number;
}

/** The queue of jobs of each device. The records of what was asked for are kept by `JobStore`, in both editions. */
export interface DeviceJobs {
  /** Puts a job that is on record, `QUEUED`, into its device's queue. @throws NotFound when the device was never there, Unavailable */
  queue(org: OrganizationId, job: QueuedJob): Promise<void>;

  /** How far it is now; undefined when the queue knows nothing of it (any more). */
  progressOf(org: OrganizationId, job: QueuedJob): Promise<JobExecution | undefined>;

  /**
   * Takes a job out of the queue. @throws Conflict `job-running` when the device is at it, unless `force`d: then what it does counts for
   * nothing; Conflict `job-over`.
   */
  cancel(org: OrganizationId, job: QueuedJob, force: boolean): Promise<void>;
}
