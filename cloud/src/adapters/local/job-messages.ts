import { JobDetails, JobStatus } from '@rollcall/contract/device-job';
import { type AppError, InvalidInput } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { JobRecord } from '../../store/job-store.ts';

/** Fields of every request of a device. */
const Request = z.object({ clientToken: z.string().max(64).optional() });

/** Of `start-next`. The step timeout is taken and not kept: the job's own time counts. */
export const StartNextRequest = Request.extend({
  statusDetails: JobDetails.optional(),
  stepTimeoutInMinutes: z.int().min(1).max(10_080).optional(),
});

/** Of `get`. */
export const PendingRequest = Request;

/** Of `{jobId}/get`. */
export const DescribeRequest = Request.extend({
  executionNumber: z.int().optional(),
  includeJobDocument: z.boolean().default(true),
});

/** Of `{jobId}/update`. */
export const UpdateRequest = Request.extend({
  status: JobStatus,
  statusDetails: JobDetails.optional(),
  expectedVersion: z.int().optional(),
  executionNumber: z.int().optional(),
  includeJobExecutionState: z.boolean().optional(),
  includeJobDocument: z.boolean().optional(),
  stepTimeoutInMinutes: z.int().optional(),
});

/** Every job goes to one device and is tried once. */
export const executionNumber = 1;

/** Seconds since the epoch, as AWS IoT tells the time in these messages. */
export function secondsOf(instant: string | number): number {
  return Math.floor((typeof instant === 'number' ? instant : Date.parse(instant)) / 1_000);
}

/** A job as its device gets it: `JobExecutionData` of AWS IoT. */
export function executionOf(job: JobRecord, includeDocument = true) {
  return {
    ...summaryOf(job),
    thingName: job.deviceId,
    status: job.status,
    statusDetails: job.details,
    ...(includeDocument ? { jobDocument: job.document } : {}),
  };
}

/** A job in a list: `JobExecutionSummary` of AWS IoT. */
export function summaryOf(job: JobRecord) {
  return {
    jobId: job.id,
    queuedAt: secondsOf(job.queuedAt),
    ...(job.startedAt === null ? {} : { startedAt: secondsOf(job.startedAt) }),
    lastUpdatedAt: secondsOf(job.updatedAt),
    versionNumber: job.executionVersion,
    executionNumber,
  };
}

/** How far a job is: `JobExecutionState` of AWS IoT. */
export function stateOf(job: JobRecord) {
  return { status: job.status, statusDetails: job.details, versionNumber: job.executionVersion };
}

/** The code of a refusal. Source: "RejectedError codes", AWS IoT developer guide. */
export function refusalCode(error: AppError): string {
  switch (error.code) {
    case 'version-mismatch':
      return 'VersionMismatch';
    case 'invalid-state-transition':
      return 'InvalidStateTransition';
    case 'terminal-state-reached':
      return 'TerminalStateReached';
    case 'not-found':
      return 'ResourceNotFound';
    case 'invalid-json':
      return 'InvalidJson';
    case 'invalid-topic':
      return 'InvalidTopic';
    default:
      if (error instanceof InvalidInput) return 'InvalidRequest';
      return error.retryable ? 'RequestThrottled' : 'InternalError';
  }
}
