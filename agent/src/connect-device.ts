import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Heartbeat } from '@rollcall/contract/heartbeat';
import { systemClock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import type { ClaimFiles } from './adapters/claim-files.ts';
import type { ClockSynced } from './adapters/clock-synced.ts';
import type { DeviceIdentity, IdentityFiles } from './adapters/device-identity.ts';
import type { DiskOutbox } from './adapters/disk-outbox.ts';
import { IotConfigShadow } from './adapters/iot-config-shadow.ts';
import { IotPublisher } from './adapters/iot-publisher.ts';
import { sharpEncoder } from './adapters/sharp-encoder.ts';
import type { Wipe } from './adapters/wipe.ts';
import { agentVersion } from './agent-version.ts';
import type { DeviceLink } from './device-link.ts';
import { Delivery } from './domain/deliver.ts';
import type { DoorQuiet } from './domain/door-quiet.ts';
import type { FaceGate } from './domain/face-gate.ts';
import type { ConfigFollower } from './domain/follow-config.ts';
import { Heartbeats } from './domain/heartbeats.ts';
import type { EventKeeper } from './domain/keep-event.ts';
import type { KeepWatching } from './domain/keep-watching.ts';
import type { FaceFinder } from './ports/face-finder.ts';
import type { OwnLog } from './ports/own-log.ts';
import type { UpdateOptions } from './release/update-agent.ts';
import { startJobs } from './start-jobs.ts';
import { within } from './within.ts';

/** How long a stop waits for acks of what is on the way; the rest is on the disk. */
const flushMs = 5_000;
const disconnectMs = 2_000;
/** An answer about a job that is on the way; without it the next process tells again. */
const jobsStopMs = 2_000;

const clock = systemClock;
const timer = systemTimer;

/** What a connection is made of, and what it serves. */
export interface ConnectionParts {
  readonly caPem: string | undefined;
  readonly outbox: DiskOutbox;
  readonly keeper: EventKeeper;
  /** By what faces are looked for when the camera is checked. @throws Unavailable */
  readonly finderForCheck: () => FaceFinder;
  readonly gate: FaceGate;
  readonly door: KeepWatching;
  readonly follower: ConfigFollower;
  readonly quiet: DoorQuiet;
  readonly ownLog: OwnLog;
  /** Ends the agent so that it is started again. */
  readonly restart: () => void;
  readonly update: Pick<UpdateOptions, 'releases' | 'publicKeyFile' | 'proved'>;
  readonly files: IdentityFiles;
  readonly claimFiles: ClaimFiles;
  readonly wipe: Wipe;
  readonly link: DeviceLink;
  readonly clockSynced: ClockSynced;
  readonly log: Log;
}

/** What goes over one connection: captures and their acks, heartbeats, configuration, jobs. Started; stop it before the next. */
export function connectDevice(config: Readonly<AgentConfig>, identity: DeviceIdentity, parts: ConnectionParts) {
  const { caPem, outbox, keeper, gate, door, follower, quiet, ownLog, restart, clockSynced } = parts;
  const { files, claimFiles, update, wipe, link } = parts;
  const { device, certificatePem, privateKeyPem } = identity;
  const { host, port, prefix } = config.mqtt;
  const log = parts.log.child({ device });
  // What the cloud said at first contact is what its policy allows.
  const org = identity.org ?? config.org;
  if (org !== config.org) log.warn('org-differs', { provisioned: org, configured: config.org });
  const mqtt = { host, port, certificatePem, privateKeyPem, ...(caPem !== undefined && { caPem }) };
  const publisher = new IotPublisher({ mqtt, prefix, org, device, timer, log });
  const delivery = new Delivery({ outbox, publisher, timer, log });
  const heartbeats = new Heartbeats({
    publisher,
    outbox,
    encoder: sharpEncoder,
    clock,
    timer,
    log,
    everyMs: config.heartbeatMs,
    agentVersion,
    clockSynced: () => clockSynced.now,
    camera: () => door.status(),
    lastFrame: () => door.lastFrame,
    counts: () => keeper.counts,
    faceGate: () => gate.health(),
    certificate: () => certificateHealth(link, claimFiles),
    residentBytes: () => process.memoryUsage.rss(),
  });
  const shadow = new IotConfigShadow({ client: publisher.client, device, log });
  const jobs = startJobs({
    publisher,
    device,
    dataDir: config.dataDir,
    outbox,
    ownLog,
    lastFrame: () => door.lastFrame,
    check: {
      finder: parts.finderForCheck,
      picture: () => door.status().picture,
      crop: () => keeper.crop && gate.health().state === 'on',
    },
    quiet,
    restart,
    update: { ...update, cameraWorks: () => door.status().state === 'ok' },
    certificate: {
      present: certificatePem,
      ask: (present) => files.askForRenewal(present),
      asked: () => files.renewalAsked(),
      answered: () => files.dropRenewal(),
      begin: () => link.renewSoon(),
      problem: () => link.problem,
    },
    wipe,
    stopWatching: () => door.stop(),
    clock,
    timer,
    log,
  });
  // From its own certificate on, it has no use for what it came with.
  publisher.onOnline((online) => void (online && claimFiles.wipe()));
  delivery.start();
  heartbeats.start();
  publisher.start();
  follower.follow(shadow);
  return {
    heartbeats,
    isOnline: () => publisher.online,
    async stop(): Promise<void> {
      heartbeats.stop();
      await within(timer, jobsStopMs, jobs.stop());
      if (publisher.online) await within(timer, flushMs, delivery.flushed());
      delivery.stop();
      shadow.close();
      // A connection that is half made is not waited for.
      await within(timer, disconnectMs, publisher.stop());
    },
  };
}

/** Its own certificate first; what it came with is trouble of a lesser kind. */
function certificateHealth(link: DeviceLink, claimFiles: ClaimFiles): Heartbeat['certificate'] {
  const health = link.health();
  const problem = health?.problem ?? claimFiles.problem;
  return health && { ...health, ...(problem !== undefined && { problem: problem.slice(0, 300) }) };
}
