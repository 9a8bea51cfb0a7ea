import { isJobOver, JobId } from '@rollcall/contract/device-job';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { jobTopic } from '@rollcall/contract/topics';
import { AppError, Conflict, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { parse } from '@rollcall/kit/parse';
import type { Timer } from '@rollcall/kit/timer';
import { z } from 'zod';
import { jsonOf } from '../../domain/device-message.ts';
import { canceledJob, timedOutJob, updatedJob } from '../../domain/job-execution.ts';
import type { DeviceJobs, JobExecution, QueuedJob } from '../../ports/device-jobs.ts';
import type { JobRecord, JobStore } from '../../store/job-store.ts';
import {
  DescribeRequest,
  executionNumber,
  executionOf,
  PendingRequest,
  refusalCode,
  secondsOf,
  StartNextRequest,
  stateOf,
  summaryOf,
  UpdateRequest,
} from './job-messages.ts';

/** What a device gets for its request. */
export interface JobAnswer {
  readonly topic: string;
  readonly message: object;
}

export interface SiteJobsOptions {
  readonly org: OrganizationId;
  readonly jobs: JobStore;
  /** Says something to a device that listens; lost when it is away. */
  readonly publish: (device: DeviceId, topic: string, message: object) => void;
  /** A job of this device changed. */
  readonly onChanged: (device: DeviceId) => void;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
}

/** ms between two looks for jobs whose time is up. AWS IoT too may be a minute late. */
const lookEveryMs = 30_000;
/** Pending jobs that a device is told of at once. Source: "AWS IoT Jobs limits". */
const maxListed = 10;

/**
 * What AWS IoT Jobs is to a device: its queue, asked over MQTT and told of over `notify` and `notify-next`, with the same topics, payloads
 * and refusals. Source: "Jobs device MQTT API operations", AWS IoT developer guide.
 */
export class SiteJobs implements DeviceJobs {
  readonly #options: SiteJobsOptions;
  #cancelLook = () => {};
  #stopped = false;

  constructor(options: SiteJobsOptions) {
    this.#options = options;
  }

  /** Ends, from now on, what devices are at past its time. */
  start(): void {
    this.#cancelLook = this.#options.timer.after(lookEveryMs, () => void this.#look());
  }

  /** May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancelLook();
  }

  async queue(_org: OrganizationId, { deviceId, id }: QueuedJob): Promise<void> {
    const [next] = await this.#pending(deviceId);
    await this.#notify(deviceId, next?.id === id);
  }

  async progressOf(org: OrganizationId, { deviceId, id }: QueuedJob): Promise<JobExecution | undefined> {
    return this.#options.jobs.get(org, deviceId, id);
  }

  async cancel(_org: OrganizationId, { deviceId, id }: QueuedJob, force: boolean): Promise<void> {
    const { clock } = this.#options;
    await this.#change(deviceId, id, (job) => canceledJob(job, force, clock.now()));
  }

  /** Answers what a device asks on a topic of its jobs. @returns undefined for a topic on which nothing can be asked. */
  async answer(device: DeviceId, topic: string, payload: Uint8Array): Promise<JobAnswer | undefined> {
    const operation = this.#operationOf(device, topic.slice(jobTopic(device, '').length));
    if (!operation) return undefined;
    const { clock, log } = this.#options;
    let clientToken: string | undefined;
    const timestamp = secondsOf(clock.now());
    try {
      const request = requestOf(payload);
      clientToken = z.object({ clientToken: z.string().max(64) }).safeParse(request).data?.clientToken;
      const body = await operation(request);
      return { topic: `${topic}/accepted`, message: { timestamp, clientToken, ...body } };
    } catch (error) {
      if (!(error instanceof AppError)) log.error('job-request-failed', { device, topic, err: error });
      const refusal =
        error instanceof AppError
          ? { code: refusalCode(error), message: error.message, ...(await this.#stateAfter(device, topic, error)) }
          : { code: 'InternalError', message: 'it failed here; try again later' };
      return { topic: `${topic}/rejected`, message: { timestamp, clientToken, ...refusal } };
    }
  }

  #operationOf(device: DeviceId, path: string): ((request: unknown) => Promise<object>) | undefined {
    if (path === 'start-next') return (request) => this.#startNext(device, request);
    if (path === 'get') return (request) => this.#list(device, request);
    const [, id = '', verb] = /^([^/]+)\/(get|update)$/.exec(path) ?? [];
    if (verb === 'get') return (request) => this.#describe(device, id, request);
    return verb === 'update' ? (request) => this.#update(device, id, request) : undefined;
  }

  async #startNext(device: DeviceId, request: unknown): Promise<object> {
    const { statusDetails } = parse(StartNextRequest, request, 'the request');
    const [next] = await this.#pending(device);
    if (!next) return {};
    // What is in progress is given out again as it is.
    if (next.status === 'IN_PROGRESS') return { execution: executionOf(next) };
    const update = { status: 'IN_PROGRESS', details: statusDetails } as const;
    const started = await this.#change(device, next.id, (job) => updatedJob(job, update, this.#options.clock.now()));
    return { execution: executionOf(started) };
  }

  async #list(device: DeviceId, request: unknown): Promise<object> {
    parse(PendingRequest, request, 'the request');
    const pending = await this.#pending(device);
    return { inProgressJobs: those(pending, 'IN_PROGRESS'), queuedJobs: those(pending, 'QUEUED') };
  }

  async #describe(device: DeviceId, id: string, request: unknown): Promise<object> {
    const { includeJobDocument, executionNumber: number } = parse(DescribeRequest, request, 'the request');
    if (id === '$next') {
      const [next] = await this.#pending(device);
      return next ? { execution: executionOf(next, includeJobDocument) } : {};
    }
    const job = await this.#job(device, id, number);
    if (isJobOver(job.status)) {
      throw new Conflict(`the job is ${job.status}`, { code: 'terminal-state-reached' });
    }
    return { execution: executionOf(job, includeJobDocument) };
  }

  async #update(device: DeviceId, id: string, request: unknown): Promise<object> {
    const { clock } = this.#options;
    const asked = parse(UpdateRequest, request, 'the request');
    const { id: jobId } = await this.#job(device, id, asked.executionNumber);
    const update = { status: asked.status, details: asked.statusDetails, expectedVersion: asked.expectedVersion };
    const job = await this.#change(device, jobId, (stored) => updatedJob(stored, update, clock.now()));
    return {
      ...(asked.includeJobExecutionState ? { executionState: stateOf(job) } : {}),
      ...(asked.includeJobDocument ? { jobDocument: job.document } : {}),
    };
  }

  async #job(device: DeviceId, id: string, number: number | undefined): Promise<JobRecord> {
    const { org, jobs } = this.#options;
    const jobId = JobId.safeParse(id).data;
    const job = jobId && (number ?? executionNumber) === executionNumber && (await jobs.get(org, device, jobId));
    if (!job) throw new NotFound(`there is no job ${id} of this device`);
    return job;
  }

  /** Two refusals say how far the job is. */
  async #stateAfter(device: DeviceId, topic: string, error: AppError): Promise<object> {
    if (error.code !== 'version-mismatch' && error.code !== 'invalid-state-transition') return {};
    const job = await this.#job(device, topic.split('/').at(-2) ?? '', undefined);
    return { executionState: stateOf(job) };
  }

  /** Changes a job and tells of it: the device of its queue, everybody else that they may look. */
  async #change(device: DeviceId, id: JobId, how: (job: JobRecord) => JobRecord): Promise<JobRecord> {
    const { org, jobs, onChanged } = this.#options;
    const [before] = await this.#pending(device);
    let was: JobRecord | undefined;
    const job = await jobs.change(org, device, id, (stored) => {
      was = stored;
      return how(stored);
    });
    if (!job || !was) throw new NotFound(`there is no job ${id} of this device`);
    if (job.executionVersion === was.executionVersion) return job;
    const [next] = await this.#pending(device);
    if (isJobOver(job.status)) await this.#notify(device, before?.id !== next?.id);
    else if (was.status !== job.status && before?.id !== next?.id) await this.#notify(device, true);
    this.#options.log.info('job', { device, jobId: id, status: job.status });
    onChanged(device);
    return job;
  }

  #pending(device: DeviceId): Promise<JobRecord[]> {
    return this.#options.jobs.pending(this.#options.org, device, maxListed);
  }

  async #notify(device: DeviceId, nextChanged: boolean): Promise<void> {
    const { publish, clock } = this.#options;
    const timestamp = secondsOf(clock.now());
    const pending = await this.#pending(device);
    const jobs = Object.fromEntries(
      (['IN_PROGRESS', 'QUEUED'] as const).flatMap((status) => {
        const found = those(pending, status);
        return found.length > 0 ? [[status, found]] : [];
      }),
    );
    publish(device, jobTopic(device, 'notify'), { timestamp, jobs });
    if (!nextChanged) return;
    const execution = pending[0] ? executionOf(pending[0]) : {};
    publish(device, jobTopic(device, 'notify-next'), { timestamp, execution });
  }

  async #look(): Promise<void> {
    const { org, jobs, clock, timer, log } = this.#options;
    try {
      for (const { deviceId, id } of await jobs.due(org, instantOf(clock.now()), 100)) {
        await this.#change(deviceId, id, (job) => timedOutJob(job, clock.now()));
      }
    } catch (err) {
      // The records are away for a moment: the next look finds them.
      log.error('jobs-not-timed-out', { err });
    }
    if (!this.#stopped) this.#cancelLook = timer.after(lookEveryMs, () => void this.#look());
  }
}

function requestOf(payload: Uint8Array): unknown {
  // An empty payload asks for nothing in particular.
  if (payload.length === 0) return {};
  try {
    return jsonOf(payload);
  } catch (cause) {
    throw new InvalidInput('expected JSON in UTF-8', { code: 'invalid-json', cause });
  }
}

function those(jobs: readonly JobRecord[], status: JobRecord['status']) {
  return jobs.filter((job) => job.status === status).map(summaryOf);
}
