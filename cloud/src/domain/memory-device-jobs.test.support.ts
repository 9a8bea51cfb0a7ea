import type { JobId } from '@rollcall/contract/device-job';
import type { OrganizationId } from '@rollcall/contract/ids';
import { Conflict, Unavailable } from '@rollcall/kit/app-error';
import type { DeviceJobs, JobExecution, QueuedJob } from '../ports/device-jobs.ts';

/** Queues that do what a test says: `progress` is how far devices are. */
export class MemoryDeviceJobs implements DeviceJobs {
  readonly queued: QueuedJob[] = [];
  readonly canceled: JobId[] = [];
  readonly progress = new Map<JobId, JobExecution>();
  isAway = false;

  queue(_org: OrganizationId, job: QueuedJob): Promise<void> {
    if (this.isAway) return Promise.reject(new Unavailable('the queue is away'));
    this.queued.push(job);
    return Promise.resolve();
  }

  progressOf(_org: OrganizationId, { id }: QueuedJob): Promise<JobExecution | undefined> {
    return Promise.resolve(this.progress.get(id));
  }

  cancel(_org: OrganizationId, { id }: QueuedJob, force: boolean): Promise<void> {
    if (this.progress.get(id)?.status === 'IN_PROGRESS' && !force) {
      return Promise.reject(new Conflict('the device is at it', { code: 'job-running' }));
    }
    this.canceled.push(id);
    return Promise.resolve();
  }
}
