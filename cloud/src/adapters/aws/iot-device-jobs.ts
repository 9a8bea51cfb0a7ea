import {
  CancelJobCommand,
  CancelJobExecutionCommand,
  CreateJobCommand,
  DescribeJobExecutionCommand,
  DescribeThingCommand,
  type IoTClient,
  type JobExecution as IotJobExecution,
} from '@aws-sdk/client-iot';
import { isJobOver, JobDetails, JobStatus } from '@rollcall/contract/device-job';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, NotFound } from '@rollcall/kit/app-error';
import type { DeviceJobs, JobExecution, QueuedJob } from '../../ports/device-jobs.ts';
import { awsError } from './aws-error.ts';

/**
 * The queues of AWS IoT Jobs: each job targets one thing. Whose device it is was asked before: job and thing ids are of the whole account.
 * Needs iot:DescribeThing, CreateJob, DescribeJobExecution, CancelJobExecution and CancelJob.
 */
export class IotDeviceJobs implements DeviceJobs {
  readonly #iot: IoTClient;

  constructor(iot: IoTClient) {
    this.#iot = iot;
  }

  async queue(_org: OrganizationId, job: QueuedJob): Promise<void> {
    const command = new CreateJobCommand({
      jobId: job.id,
      targets: [await this.#thingArn(job.deviceId)],
      document: JSON.stringify(job.document),
      description: `${job.document.kind} of ${job.deviceId}`,
      targetSelection: 'SNAPSHOT',
      timeoutConfig: { inProgressTimeoutInMinutes: job.timeoutMinutes },
    });
    await this.#answer(
      () => this.#iot.send(command),
      // Its first answer was lost on the way to us.
      { ResourceAlreadyExistsException: undefined },
    );
  }

  async progressOf(_org: OrganizationId, { id, deviceId }: QueuedJob): Promise<JobExecution | undefined> {
    const command = new DescribeJobExecutionCommand({ jobId: id, thingName: deviceId });
    const answer = await this.#answer(() => this.#iot.send(command), { ResourceNotFoundException: undefined });
    return answer?.execution && executionOf(answer.execution);
  }

  async cancel(org: OrganizationId, job: QueuedJob, force: boolean): Promise<void> {
    const { id: jobId, deviceId } = job;
    const command = new CancelJobExecutionCommand({ jobId, thingName: deviceId, force });
    const outcome = await this.#answer(() => this.#iot.send(command), {
      ResourceNotFoundException: 'unknown' as const,
      InvalidStateTransitionException: 'refused' as const,
    });
    if (outcome === 'refused') throw await this.#whyNot(org, job);
    if (outcome !== 'unknown') return;
    // AWS IoT hands a job out to its things a moment after it was made.
    const whole = new CancelJobCommand({ jobId, force: true });
    await this.#answer(() => this.#iot.send(whole), {
      ResourceNotFoundException: undefined,
      InvalidRequestException: undefined,
    });
  }

  async #whyNot(org: OrganizationId, job: QueuedJob): Promise<Conflict> {
    const status = (await this.progressOf(org, job))?.status;
    if (status && isJobOver(status)) return new Conflict(`the job is ${status} already`, { code: 'job-over' });
    return new Conflict('the device is at it: give `force` to cancel it all the same', { code: 'job-running' });
  }

  async #thingArn(device: DeviceId): Promise<string> {
    const command = new DescribeThingCommand({ thingName: device });
    const thing = await this.#answer(() => this.#iot.send(command), { ResourceNotFoundException: undefined });
    if (!thing?.thingArn) throw new NotFound(`AWS IoT knows no thing ${device}: it has never registered`);
    return thing.thingArn;
  }

  /** What AWS IoT says, or what some of its refusals mean. */
  async #answer<T, R extends Readonly<Record<string, unknown>>>(
    send: () => Promise<T>,
    meant: R,
  ): Promise<T | R[keyof R]> {
    try {
      return await send();
    } catch (error) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was just looked up by its name
      if (error instanceof Error && Object.hasOwn(meant, error.name)) return meant[error.name] as R[keyof R];
      throw awsError(error, 'AWS IoT jobs');
    }
  }
}

function executionOf(execution: IotJobExecution): JobExecution {
  const { status, statusDetails, startedAt, lastUpdatedAt, queuedAt, versionNumber } = execution;
  return {
    status: JobStatus.parse(status),
    details: JobDetails.catch({}).parse(statusDetails?.detailsMap ?? {}),
    startedAt: startedAt?.toISOString() ?? null,
    updatedAt: (lastUpdatedAt ?? queuedAt ?? new Date(0)).toISOString(),
    executionVersion: versionNumber ?? 1,
  };
}
