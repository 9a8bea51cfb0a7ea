import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DeviceId } from '@rollcall/contract/ids';
import type { Clock } from '@rollcall/kit/clock';
import { instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import { halfLuma } from './adapters/half-luma.ts';
import { IotJobs } from './adapters/iot-jobs.ts';
import type { IotPublisher } from './adapters/iot-publisher.ts';
import { JobFile } from './adapters/job-file.ts';
import { sharpEncoder } from './adapters/sharp-encoder.ts';
import type { Wipe } from './adapters/wipe.ts';
import { agentVersion } from './agent-version.ts';
import { type CheckJobPorts, checkJob } from './domain/check-job.ts';
import { JobRunner } from './domain/do-jobs.ts';
import type { DoorQuiet } from './domain/door-quiet.ts';
import type { JobHandlers } from './domain/job-handler.ts';
import { logsJob } from './domain/logs-job.ts';
import { type RenewableCertificate, renewalJob } from './domain/renewal-job.ts';
import { restartJob } from './domain/restart-job.ts';
import { snapshotJob } from './domain/snapshot-job.ts';
import { wipeJob } from './domain/wipe-job.ts';
import type { Frame } from './ports/frame.ts';
import type { Outbox } from './ports/outbox.ts';
import type { OwnLog } from './ports/own-log.ts';
import { type UpdateOptions, updateAgent } from './release/update-agent.ts';

export interface JobsOptions {
  readonly publisher: IotPublisher;
  readonly device: DeviceId;
  readonly dataDir: string;
  readonly outbox: Outbox;
  readonly ownLog: OwnLog;
  readonly lastFrame: () => Frame | undefined;
  readonly check: Pick<CheckJobPorts, 'finder' | 'picture' | 'crop'>;
  readonly quiet: DoorQuiet;
  /** Ends the agent so that it is started again. */
  readonly restart: () => void;
  readonly update: Omit<UpdateOptions, 'version' | 'quiet'>;
  readonly certificate: RenewableCertificate;
  readonly wipe: Wipe;
  /** Nobody is watched any more. */
  readonly stopWatching: () => Promise<void>;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
}

/** How long a job waits for a quiet door; the agent ends an open passage properly should there be none. */
const maxQuietMs = 300_000;

/** Does from now on what the cloud asks of this device. Start it before the publisher. */
export function startJobs(options: JobsOptions): { stop: () => Promise<void> } {
  const { publisher, device, dataDir, quiet, restart, timer, log } = options;
  const queue = new IotJobs({ client: publisher.client, device, log });
  const runner = new JobRunner({
    queue,
    memory: options.wipe.after(new JobFile(dataDir, log)),
    handlers: handlersOf(options),
    link: publisher,
    quiet: (signal) => quiet.wait(maxQuietMs, signal),
    restart,
    timer,
    log,
  });
  queue.start();
  runner.start();
  return {
    stop: async () => {
      await runner.stop();
      queue.stop();
    },
  };
}

/** The registry: a line for each kind. */
function handlersOf(options: JobsOptions): JobHandlers {
  const { outbox, ownLog, lastFrame, check, quiet, update, certificate, wipe, stopWatching, clock, timer } = options;
  const newId = monotonicFactory();
  const reports = { outbox, clock, newId: () => newId(clock.now()) };
  return {
    restart: restartJob({ version: agentVersion, startedAt: instantOf(clock.now()) }),
    logs: logsJob({ ...reports, ownLog, pack: promisify(gzip) }),
    snapshot: snapshotJob({ ...reports, encoder: sharpEncoder, lastFrame, timer }),
    check: checkJob({
      ...reports,
      ...check,
      encoder: sharpEncoder,
      halfLuma,
      lastFrame,
      isBusy: () => quiet.isBusy,
      timer,
    }),
    update: updateAgent({ ...update, version: agentVersion, quiet: (signal) => quiet.wait(maxQuietMs, signal) }),
    rotate: renewalJob(certificate),
    wipe: wipeJob({ outbox, stopWatching, wipe: () => wipe.forget(), timer }),
  };
}
