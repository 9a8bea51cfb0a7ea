import { isJobOver, type JobStatus } from '@rollcall/contract/device-job';
import { z } from 'zod';

/** What AWS IoT answers: a body, or a refusal. */
export type JobsAnswer =
  | { readonly status: number; readonly body: object }
  | { readonly status: number; readonly kind: string };

interface Job {
  readonly request: z.infer<typeof CreateJob>;
  readonly thing: string;
  /** Undefined until AWS IoT has handed the job out to its thing. */
  execution?: { status: JobStatus; version: number; details: Record<string, string>; at: number };
}

const CreateJob = z.strictObject({
  targets: z.array(z.string().regex(/^arn:aws:iot:eu-west-1:111122223333:thing\/[\w:-]+$/)).length(1),
  document: z.string().max(32_768),
  description: z.string().max(2_028),
  targetSelection: z.literal('SNAPSHOT'),
  timeoutConfig: z.object({ inProgressTimeoutInMinutes: z.int().min(1).max(10_080) }),
});

/**
 * The control plane of AWS IoT Jobs, of what we call: things are known by name, a job is handed out when the test says so. Source:
 * "CreateJob", "DescribeJobExecution", "CancelJobExecution", "CancelJob" and "DescribeThing", AWS IoT API reference.
 */
export class IotJobsEmulator {
  readonly things = new Set<string>();
  readonly jobs = new Map<string, Job>();

  /** A moment after it was made. */
  handOut(id: string): void {
    this.#job(id).execution = { status: 'QUEUED', version: 1, details: {}, at: Date.now() };
  }

  /** What the device asks for with `start-next`: what it is at, else the first that waits. */
  startNext(thing: string): string | undefined {
    const own = [...this.jobs].filter(([, job]) => job.thing === thing);
    for (const [id, { execution }] of own) if (!execution) this.handOut(id);
    const next = (status: JobStatus) => own.find(([, { execution }]) => execution?.status === status)?.[0];
    const started = next('IN_PROGRESS');
    if (started !== undefined) return started;
    const queued = next('QUEUED');
    if (queued !== undefined) this.update(queued, 'IN_PROGRESS');
    return queued;
  }

  /** What the device does. */
  update(id: string, status: JobStatus, details: Record<string, string> = {}): void {
    const { execution } = this.#job(id);
    if (!execution) throw new Error(`${id} was not handed out`);
    Object.assign(execution, { status, details, version: execution.version + 1 });
  }

  /** @returns undefined for a request that is not about jobs. */
  answer(method: string, path: readonly string[], query: URLSearchParams, body: string): JobsAnswer | undefined {
    const [first, name = '', second, id = '', last] = path;
    if (method === 'GET' && first === 'things' && path.length === 2) return this.#describeThing(name);
    if (method === 'PUT' && first === 'jobs' && path.length === 2) return this.#create(name, body);
    if (method === 'PUT' && first === 'jobs' && second === 'cancel') return this.#cancelJob(name);
    if (first !== 'things' || second !== 'jobs') return undefined;
    const job = this.jobs.get(id);
    const execution = job?.thing === name ? job.execution : undefined;
    if (!execution) return refusal(404, 'ResourceNotFoundException');
    if (method === 'GET') return { status: 200, body: { execution: described(id, name, execution) } };
    if (method !== 'PUT' || last !== 'cancel') return undefined;
    const may = execution.status === 'QUEUED' || (execution.status === 'IN_PROGRESS' && query.get('force') === 'true');
    if (!may) return refusal(409, 'InvalidStateTransitionException');
    this.update(id, 'CANCELED');
    return { status: 200, body: {} };
  }

  #describeThing(thing: string): JobsAnswer {
    if (!this.things.has(thing)) return refusal(404, 'ResourceNotFoundException');
    const thingArn = `arn:aws:iot:eu-west-1:111122223333:thing/${thing}`;
    return { status: 200, body: { thingName: thing, thingArn } };
  }

  #create(id: string, body: string): JobsAnswer {
    if (this.jobs.has(id)) return refusal(409, 'ResourceAlreadyExistsException');
    const request = CreateJob.safeParse(JSON.parse(body));
    if (!request.success || !/^[a-zA-Z0-9_-]{1,64}$/.test(id)) return refusal(400, 'InvalidRequestException');
    const thing = request.data.targets[0]?.split('/')[1] ?? '';
    if (!this.things.has(thing)) return refusal(404, 'ResourceNotFoundException');
    this.jobs.set(id, { request: request.data, thing });
    return { status: 200, body: { jobId: id, jobArn: `arn:aws:iot:eu-west-1:111122223333:job/${id}` } };
  }

  #cancelJob(id: string): JobsAnswer {
    const job = this.jobs.get(id);
    if (!job) return refusal(404, 'ResourceNotFoundException');
    if (job.execution && isJobOver(job.execution.status)) return refusal(400, 'InvalidRequestException');
    job.execution = { status: 'CANCELED', version: 1, details: {}, at: Date.now() };
    return { status: 200, body: { jobId: id } };
  }

  #job(id: string): Job {
    const job = this.jobs.get(id);
    if (!job) throw new Error(`there is no job ${id}`);
    return job;
  }
}

function described(jobId: string, thing: string, execution: NonNullable<Job['execution']>) {
  const { status, version, details, at } = execution;
  const seconds = at / 1_000;
  return {
    jobId,
    status,
    statusDetails: { detailsMap: details },
    thingArn: `arn:aws:iot:eu-west-1:111122223333:thing/${thing}`,
    queuedAt: seconds,
    ...(status === 'QUEUED' ? {} : { startedAt: seconds }),
    lastUpdatedAt: seconds,
    executionNumber: 1,
    versionNumber: version,
  };
}

function refusal(status: number, kind: string): JobsAnswer {
  return { status, kind };
}
