import { isJobOver, type JobDetails, type JobStatus } from '@rollcall/contract/device-job';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { JobRecord } from '../store/job-store.ts';

/** What a device says of its job. */
export interface JobUpdate {
  readonly status: JobStatus;
  /** Those of before stay when there are none. */
  readonly details?: JobDetails | undefined;
  /** The version that the device knows; no other may have been written since. */
  readonly expectedVersion?: number | undefined;
}

/** What a device may set. Source: "UpdateJobExecution", AWS IoT developer guide. */
const settable: ReadonlySet<JobStatus> = new Set(['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'REJECTED']);

/**
 * A job as it is after its device's update. @throws Conflict `version-mismatch` or `invalid-state-transition`: it is over, whatever ended
 * it; InvalidInput for a status that is not the device's to set.
 */
export function updatedJob(job: JobRecord, update: JobUpdate, now: number): JobRecord {
  const { status, details, expectedVersion } = update;
  if (!settable.has(status)) {
    throw new InvalidInput(`status: expected one of ${[...settable].join(', ')}, got ${status}`);
  }
  if (isJobOver(job.status)) {
    throw new Conflict(`the job is ${job.status}: it cannot become ${status}`, { code: 'invalid-state-transition' });
  }
  if (expectedVersion !== undefined && expectedVersion !== job.executionVersion) {
    throw new Conflict(`expected version ${job.executionVersion}, got ${expectedVersion}`, {
      code: 'version-mismatch',
    });
  }
  return { ...moved(job, status, now), details: details ?? job.details };
}

/** A job that was canceled. @throws Conflict `job-over`, `job-running` */
export function canceledJob(job: JobRecord, force: boolean, now: number): JobRecord {
  if (isJobOver(job.status)) throw new Conflict(`the job is ${job.status} already`, { code: 'job-over' });
  if (job.status === 'IN_PROGRESS' && !force) {
    throw new Conflict('the device is at it: give `force` to cancel it all the same', { code: 'job-running' });
  }
  return moved(job, 'CANCELED', now);
}

/** A job whose time was up; the same one when it was not. */
export function timedOutJob(job: JobRecord, now: number): JobRecord {
  if (job.status !== 'IN_PROGRESS' || job.startedAt === null) return job;
  if (Date.parse(job.startedAt) + job.timeoutMinutes * 60_000 > now) return job;
  return moved(job, 'TIMED_OUT', now);
}

function moved(job: JobRecord, status: JobStatus, now: number): JobRecord {
  const at = instantOf(now);
  return {
    ...job,
    status,
    startedAt: job.startedAt ?? (status === 'CANCELED' ? null : at),
    updatedAt: at,
    executionVersion: job.executionVersion + 1,
  };
}
