import { JobStatus } from '@rollcall/contract/device-job';
import type { DeviceId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import { iotjobs, type mqtt5 } from 'aws-iot-device-sdk-v2';
import { z } from 'zod';
import type { JobQueue, JobReply, OfferedJob } from '../ports/job-queue.ts';

export interface IotJobsOptions {
  /** Ended by whoever made it, after `stop`. */
  readonly client: mqtt5.Mqtt5Client;
  /** The thing name. */
  readonly device: DeviceId;
  readonly log: Log;
}

/** What comes back from the service. */
const operationTimeoutSeconds = 20;

const Execution = z.object({
  jobId: z.string(),
  status: JobStatus,
  jobDocument: z.unknown(),
  versionNumber: z.int(),
});

/** By these the service says that the job is over, or not the one that we know. Source: "RejectedError codes", AWS IoT developer guide. */
const overCodes: ReadonlySet<string | undefined> = new Set([
  'InvalidStateTransition',
  'VersionMismatch',
  'ResourceNotFound',
  'TerminalStateReached',
]);

/** The jobs of this device through the AWS IoT Device SDK: AWS IoT Jobs, or the site edition's queue. */
export class IotJobs implements JobQueue {
  readonly #options: IotJobsOptions;
  readonly #jobs: iotjobs.IotJobsClientv2;
  readonly #stream: ReturnType<iotjobs.IotJobsClientv2['createNextJobExecutionChangedStream']>;
  #listeners: ((jobId: string | undefined) => void)[] = [];
  #stopped = false;

  constructor(options: IotJobsOptions) {
    const { client, device, log } = options;
    this.#options = options;
    this.#jobs = iotjobs.IotJobsClientv2.newFromMqtt5(client, {
      maxRequestResponseSubscriptions: 6,
      maxStreamingSubscriptions: 1,
      operationTimeoutInSeconds: operationTimeoutSeconds,
    });
    this.#stream = this.#jobs.createNextJobExecutionChangedStream({ thingName: device });
    this.#stream.on('incomingPublish', ({ message }) => {
      for (const listener of this.#listeners) listener(message.execution?.jobId);
    });
    this.#stream.on('incomingPublishError', ({ error }) =>
      log.warn('job-notice-unreadable', { reason: String(error) }),
    );
  }

  start(): void {
    this.#stream.open();
  }

  /** May be called twice. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stream.close();
    this.#jobs.close();
  }

  onNext(listener: (jobId: string | undefined) => void): void {
    this.#listeners.push(listener);
  }

  async next(): Promise<OfferedJob | undefined> {
    const thingName = this.#options.device;
    const answer = await asked(() => this.#jobs.describeJobExecution({ thingName, jobId: '$next' }));
    const execution = Execution.safeParse(answer?.execution).data;
    if (!execution) return undefined;
    const { jobId, status, jobDocument: document, versionNumber: version } = execution;
    return { jobId, status, document, version };
  }

  async update({ jobId, status, details, expectedVersion }: JobReply): Promise<number | undefined> {
    const request: iotjobs.model.UpdateJobExecutionRequest = {
      thingName: this.#options.device,
      jobId,
      status: iotjobs.model.JobStatus[status],
      ...(Object.keys(details).length > 0 && { statusDetails: details }),
      expectedVersion,
      includeJobExecutionState: true,
    };
    const answer = await asked(() => this.#jobs.updateJobExecution(request));
    return answer && (answer.executionState?.versionNumber ?? expectedVersion + 1);
  }
}

/** @returns undefined when the service says that the job is over. @throws Unavailable for all else: it is asked again, ever later. */
async function asked<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (cause) {
    const said = refusalOf(cause);
    if (said && overCodes.has(said.code)) return undefined;
    throw new Unavailable(`asked for jobs: ${said ? `${said.code}: ${said.message}` : String(cause)}`, { cause });
  }
}

function refusalOf(cause: unknown) {
  if (!(cause instanceof Error) || !('modeledError' in cause)) return undefined;
  return z.object({ code: z.string().optional(), message: z.string().optional() }).safeParse(cause.modeledError).data;
}
