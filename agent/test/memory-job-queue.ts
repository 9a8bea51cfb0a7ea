import type { JobStatus } from '@rollcall/contract/device-job';
import { Unavailable } from '@rollcall/kit/app-error';
import { isJobOver } from '@rollcall/contract/device-job';
import type { HeldJob, JobMemory } from '../src/ports/job-memory.ts';
import type { JobQueue, JobReply, OfferedJob } from '../src/ports/job-queue.ts';

/** The queue of one device as AWS IoT keeps it, in memory. */
export class MemoryJobQueue implements JobQueue {
  readonly replies: JobReply[] = [];
  isAway = false;
  #jobs: OfferedJob[] = [];
  #listeners: ((jobId: string | undefined) => void)[] = [];

  /** Adds a job at the end, and tells the device. */
  add(jobId: string, document: unknown): void {
    this.#jobs.push({ jobId, document, status: 'QUEUED', version: 1 });
    this.#tell();
  }

  cancel(jobId: string): void {
    this.#set(jobId, 'CANCELED');
    this.#tell();
  }

  statusOf(jobId: string): JobStatus | undefined {
    return this.#jobs.find((job) => job.jobId === jobId)?.status;
  }

  next(): Promise<OfferedJob | undefined> {
    if (this.isAway) return Promise.reject(new Unavailable('nobody answers'));
    return Promise.resolve(this.#next());
  }

  update(reply: JobReply): Promise<number | undefined> {
    if (this.isAway) return Promise.reject(new Unavailable('nobody answers'));
    const job = this.#jobs.find((one) => one.jobId === reply.jobId);
    if (!job || isJobOver(job.status) || job.version !== reply.expectedVersion) return Promise.resolve(undefined);
    this.replies.push(reply);
    this.#set(reply.jobId, reply.status);
    return Promise.resolve(job.version + 1);
  }

  onNext(listener: (jobId: string | undefined) => void): void {
    this.#listeners.push(listener);
  }

  #next(): OfferedJob | undefined {
    const open = this.#jobs.filter(({ status }) => !isJobOver(status));
    return open.find(({ status }) => status === 'IN_PROGRESS') ?? open[0];
  }

  #set(jobId: string, status: JobStatus): void {
    this.#jobs = this.#jobs.map((job) => (job.jobId === jobId ? { ...job, status, version: job.version + 1 } : job));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#next()?.jobId);
  }
}

/** Outlives the processes of a test. */
export class MemoryJobMemory implements JobMemory {
  held: HeldJob | undefined;

  load(): Promise<HeldJob | undefined> {
    return Promise.resolve(this.held);
  }

  save(job: HeldJob): Promise<void> {
    this.held = job;
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.held = undefined;
    return Promise.resolve();
  }
}
