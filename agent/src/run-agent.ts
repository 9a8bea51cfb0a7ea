import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { rotationTemplate } from '@rollcall/contract/provisioning';
import { Misconfigured } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { FolderLock } from '@rollcall/kit/folder-lock';
import type { LeveledLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { CertificateRenewal } from './adapters/certificate-renewal.ts';
import { ClaimFiles } from './adapters/claim-files.ts';
import { ClockSynced } from './adapters/clock-synced.ts';
import { ConfigOnDisk } from './adapters/config-on-disk.ts';
import { type DeviceIdentity, IdentityFiles } from './adapters/device-identity.ts';
import { DiskOutbox } from './adapters/disk-outbox.ts';
import { findIdentity } from './adapters/own-identity.ts';
import { ServiceManager } from './adapters/service-manager.ts';
import { sharpEncoder } from './adapters/sharp-encoder.ts';
import { Wipe } from './adapters/wipe.ts';
import { agentVersion } from './agent-version.ts';
import { SettingsInEffect } from './apply-settings.ts';
import { cameraProblems } from './cameras/camera-problems.ts';
import { connectDevice } from './connect-device.ts';
import { DeviceLink } from './device-link.ts';
import { DoorQuiet } from './domain/door-quiet.ts';
import { ConfigFollower } from './domain/follow-config.ts';
import type { Heartbeats } from './domain/heartbeats.ts';
import { EventKeeper } from './domain/keep-event.ts';
import { stillLooks } from './domain/still-looks.ts';
import { checkFinder } from './faces/check-finder.ts';
import { doorGate } from './faces/door-gate.ts';
import { SharedFaceFinder } from './faces/shared-face-finder.ts';
import { WorkerFaceFinder } from './faces/worker-face-finder.ts';
import { ownDoor } from './own-door.ts';
import type { OwnLog } from './ports/own-log.ts';
import { proveRelease } from './release/prove-release.ts';
import { Releases } from './release/release-state.ts';
import { within } from './within.ts';

/** Longer than any passage is. */
const maxPassageMs = 1_000_000;
/** A release that did not prove itself says so before what ran before it is started again. */
const tellMs = 10_000;
/** A thread that is in the middle of a frame ends after it; one that is stuck goes with the process. */
const gateStopMs = 2_000;

const clock = systemClock;
const timer = systemTimer;

export interface RunAgentOptions {
  readonly config: Readonly<AgentConfig>;
  /** Where it was read from. */
  readonly configFile: string;
  readonly log: LeveledLog;
  readonly ownLog: OwnLog;
  /** What systemd says to a service is looked for in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * The whole agent, until `signal` aborts: watches its door from the first second, with or without a certificate, a network or a
 * cloud. Resolves when everything is put away, with whether it is to be started again. @throws Misconfigured, Conflict before anything was
 * started.
 */
export async function runAgent(options: RunAgentOptions): Promise<'stopped' | 'restart'> {
  const { config: local, configFile, log, ownLog, environment, signal } = options;
  const { dataDir } = local;
  const lock = new FolderLock(
    dataDir,
    `an agent runs on ${dataDir} already: stop it, or give this one another dataDir`,
  );
  try {
    const caPem = local.mqtt.caFile === undefined ? undefined : await readFile(local.mqtt.caFile, 'utf8');
    const files = new IdentityFiles(dataDir);
    const claimFiles = new ClaimFiles(local.provisioning, log);
    const gone = new AbortController();
    const wipe = new Wipe({ dataDir, configFile, files, claimFiles, end: () => gone.abort(), log });
    await files.sweep();
    await wipe.resume();
    const identify = await findIdentity({ config: local, files, claimFiles, caPem, timer, log, signal });
    const quiet = new DoorQuiet(timer);
    const restart = new AbortController();
    const follower = await ConfigFollower.open({
      local,
      file: new ConfigOnDisk(dataDir, log),
      check: ({ camera }) => cameraProblems(camera),
      apply: async (settings) => {
        await quiet.wait(maxPassageMs, signal);
        if (!signal.aborted) inEffect.apply(settings, { door, gate, keeper, outbox, heartbeats: () => beats, log });
      },
      camera: () => ({ frame: door.lastFrame, detail: door.status().detail }),
      timer,
      log,
    });
    const inEffect = new SettingsInEffect(follower.settings);
    // What was set from afar counts from the start on, before anybody can be asked.
    const config = { ...local, ...inEffect.now, outbox: { ...local.outbox, ...inEffect.now.outbox } };
    log.setLevel(config.logLevel);
    let beats: Heartbeats | undefined;
    let isOnline: (() => boolean) | undefined;
    const clockSynced = new ClockSynced(timer, config.clock === 'trusted');
    await clockSynced.start();
    const outbox = await DiskOutbox.open({ dataDir, ...config.outbox, clock, clockSynced: () => clockSynced.now, log });
    const keeper = new EventKeeper({ outbox, encoder: sharpEncoder, log, crop: config.crop });
    const newFinder = () =>
      new WorkerFaceFinder({ cacheDir: join(dataDir, 'models'), log: log.child({ stage: 'faces' }) });
    const faces = new SharedFaceFinder(newFinder());
    const gate = doorGate(config, { finder: faces.lend(), timer, log });
    const door = ownDoor(inEffect, { keeper, gate, quiet, clockSynced, log });
    const service = new ServiceManager({ environment, alive: stillLooks(door), timer, log });
    const releases = new Releases(join(dataDir, 'releases'));
    await releases.sweep(agentVersion);
    const proved = proveRelease(
      {
        releases,
        version: agentVersion,
        healthy: (cameraWorked) => isOnline?.() === true && (!cameraWorked || door.status().state === 'ok'),
        timer,
        log,
      },
      signal,
    );
    log.info('started', { version: agentVersion, waiting: outbox.state().items });
    const connect = (identity: DeviceIdentity) => {
      const connection = connectDevice(config, identity, {
        caPem,
        outbox,
        keeper,
        finderForCheck: () => checkFinder({ own: newFinder, gate: faces, freeBytes: () => process.availableMemory() }),
        gate,
        door,
        follower,
        quiet,
        ownLog,
        restart: () => restart.abort(),
        update: { releases, publicKeyFile: local.releaseKeyFile, proved },
        files,
        claimFiles,
        wipe,
        link,
        clockSynced,
        log,
      });
      isOnline = connection.isOnline;
      beats = connection.heartbeats;
      beats.everyMs = inEffect.now.heartbeatMs;
      return connection;
    };
    const { host, port, prefix } = local.mqtt;
    const link = new DeviceLink({
      identify,
      connect,
      renewal: new CertificateRenewal({
        files,
        mqtt: { host, port, ...(caPem !== undefined && { caPem }) },
        template: rotationTemplate(local.provisioning?.template ?? prefix),
        clock,
        timer,
        log,
      }),
      files,
      clock,
      clockSynced: () => clockSynced.now,
      timer,
      log,
    });
    const linked = link.run();
    gate.start();
    // One that is being wiped watches nobody any more.
    const watched = wipe.isBegun ? Promise.resolve() : door.runOn();
    follower.start();
    service.start();
    try {
      await Promise.race([
        aborted(AbortSignal.any([signal, restart.signal, gone.signal])),
        failure(linked),
        failure(watched),
        failure(proved.then((outcome) => outcome === 'failed' && timer.after(tellMs, () => restart.abort()))),
      ]);
    } finally {
      service.stop();
      follower.stop();
      await door.stop();
    }
    await watched;
    await follower.ended();
    await link.stop();
    await within(timer, gateStopMs, gate.stop());
    clockSynced.stop();
    await outbox.close();
    log.info('stopped', { waiting: outbox.state().items });
    if (gone.signal.aborted) throw new Misconfigured('this device was taken out of service and wiped');
    return restart.signal.aborted ? 'restart' : 'stopped';
  } finally {
    lock.release();
  }
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
