import { isJobOver, JobDetails, JobStatus } from '@rollcall/contract/device-job';
import { z } from 'zod';
import type { TestBroker } from './test-broker.ts';

/** A job as AWS IoT keeps it. */
export interface OneJob {
  status: JobStatus;
  details: JobDetails;
}

const Request = z.looseObject({
  clientToken: z.string(),
  status: JobStatus.optional(),
  statusDetails: JobDetails.optional(),
});

/** The one job that the broker’s devices are asked to do, over however many processes. */
export function oneJob(broker: TestBroker, jobId: string, jobDocument: unknown): OneJob {
  const job: OneJob = { status: 'QUEUED', details: {} };
  let versionNumber = 1;
  broker.rules.onJobs = (topic, value) => {
    const { clientToken, status = job.status, statusDetails = {} } = Request.parse(value);
    const accepted = (body: object) => ({ outcome: 'accepted' as const, body: { clientToken, timestamp: 1, ...body } });
    if (topic.endsWith('/$next/get')) {
      return accepted(isJobOver(job.status) ? {} : { execution: { jobId, status, jobDocument, versionNumber } });
    }
    if (!topic.endsWith(`/${jobId}/update`)) return undefined;
    Object.assign(job, { status, details: statusDetails });
    versionNumber++;
    return accepted({ executionState: { status, statusDetails, versionNumber } });
  };
  return job;
}
