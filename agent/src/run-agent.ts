import { readFile } from 'node:fs/promises';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { systemClock } from '@rollcall/kit/clock';
import { FolderLock } from '@rollcall/kit/folder-lock';
import type { Log } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import { ClockSynced } from './adapters/clock-synced.ts';
import type { DeviceIdentity } from './adapters/device-identity.ts';
import { DiskOutbox } from './adapters/disk-outbox.ts';
import { IotPublisher } from './adapters/iot-publisher.ts';
import { findIdentity } from './adapters/own-identity.ts';
import { sharpEncoder } from './adapters/sharp-encoder.ts';
import { agentVersion } from './agent-version.ts';
import { openCamera } from './cameras/open-camera.ts';
import { sharpFrameReader } from './cameras/sharp-frame-reader.ts';
import { Delivery } from './domain/deliver.ts';
import { Heartbeats } from './domain/heartbeats.ts';
import { EventKeeper } from './domain/keep-event.ts';
import { KeepWatching } from './domain/keep-watching.ts';
import { watchDoor } from './domain/watch-door.ts';

/** How long a stop waits for acks of what is on the way; the rest is on the disk. */
const flushMs = 5_000;
const disconnectMs = 2_000;

const clock = systemClock;
const timer = systemTimer;

/**
 * The whole agent, until `signal` aborts: watches its door from the first second, with or without a certificate, a network or a
 * cloud. Resolves when everything is put away. @throws Misconfigured, Conflict before anything was started.
 */
export async function runAgent(config: Readonly<AgentConfig>, log: Log, signal: AbortSignal): Promise<void> {
  const { dataDir } = config;
  const lock = new FolderLock(
    dataDir,
    `an agent runs on ${dataDir} already: stop it, or give this one another dataDir`,
  );
  try {
    const caPem = config.mqtt.caFile === undefined ? undefined : await readFile(config.mqtt.caFile, 'utf8');
    const identify = await findIdentity({ config, caPem, timer, log, signal });
    const outbox = await DiskOutbox.open({ dataDir, ...config.outbox, clock, log });
    const clockSynced = new ClockSynced(timer, config.clock === 'trusted');
    await clockSynced.start();
    const keeper = new EventKeeper({ outbox, encoder: sharpEncoder, log });
    const door = watching(config, keeper, clockSynced, log);
    log.info('started', { version: agentVersion, waiting: outbox.state().items });
    const connect = (identity: DeviceIdentity) =>
      connected(config, identity, { caPem, outbox, keeper, door, clockSynced, log });
    const link = identify().then((identity) => identity && connect(identity));
    const watched = door.run();
    try {
      await Promise.race([aborted(signal), failure(link), failure(watched)]);
    } finally {
      await door.stop();
    }
    await watched;
    await (await link)?.stop();
    clockSynced.stop();
    await outbox.close();
    log.info('stopped', { waiting: outbox.state().items });
  } finally {
    lock.release();
  }
}

function watching(
  config: Readonly<AgentConfig>,
  keeper: EventKeeper,
  clockSynced: ClockSynced,
  log: Log,
): KeepWatching {
  const { camera, motion, passage } = config;
  const newId = monotonicFactory();
  return new KeepWatching({
    open: () => openCamera(camera, { clock, timer, log: log.child({ stage: 'camera' }) }),
    watch: (source, signal) =>
      watchDoor({
        camera: source,
        reader: sharpFrameReader,
        motion,
        passage,
        clockSynced: () => clockSynced.now,
        newId: () => newId(),
        timer,
        signal,
      }),
    take: (event) => keeper.keep(event),
    timer,
    log,
  });
}

interface Parts {
  readonly caPem: string | undefined;
  readonly outbox: DiskOutbox;
  readonly keeper: EventKeeper;
  readonly door: KeepWatching;
  readonly clockSynced: ClockSynced;
  readonly log: Log;
}

function connected(config: Readonly<AgentConfig>, identity: DeviceIdentity, parts: Parts) {
  const { caPem, outbox, keeper, door, clockSynced } = parts;
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
    residentBytes: () => process.memoryUsage.rss(),
  });
  delivery.start();
  heartbeats.start();
  publisher.start();
  return {
    async stop(): Promise<void> {
      heartbeats.stop();
      if (publisher.online) await within(flushMs, delivery.flushed());
      delivery.stop();
      // A connection that is half made is not waited for.
      await within(disconnectMs, publisher.stop());
    },
  };
}

function within(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise<void>((resolve) => timer.after(ms, resolve))]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Never resolves; rejects with what `work` does, which is a bug and ends the agent. */
function failure(work: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    work.catch(reject);
  });
}
