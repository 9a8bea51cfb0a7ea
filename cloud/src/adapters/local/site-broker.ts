import { setTimeout as wait } from 'node:timers/promises';
import type { Ack } from '@rollcall/contract/capture';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { checkClaim } from '../../domain/check-claim.ts';
import { type RecordPresencePorts, recordConnected, recordDisconnected } from '../../domain/record-presence.ts';
import { registerDevice } from '../../domain/register-device.ts';
import { rotateCertificate } from '../../domain/rotate-certificate.ts';
import { rules } from '../../manifest.ts';
import type { DeviceAcks } from '../../ports/device-acks.ts';
import type { DeviceCertificates } from '../../ports/device-certificates.ts';
import type { DeviceLinks } from '../../ports/device-links.ts';
import type { LiveFeed } from '../../ports/live-feed.ts';
import type { CertificateStore } from '../../store/certificate-store.ts';
import type { DeviceStore } from '../../store/device-store.ts';
import type { JobStore } from '../../store/job-store.ts';
import type { ShadowStore } from '../../store/shadow-store.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { admitDevice } from './device-admission.ts';
import { type BrokerCounts, DeviceBroker } from './device-broker.ts';
import { FleetProvisioning } from './fleet-provisioning.ts';
import { issuedCertificates } from './issued-certificates.ts';
import { RuleDispatcher, type RuleHandlers } from './rule-dispatcher.ts';
import { SiteJobs } from './site-jobs.ts';
import { SiteShadows } from './site-shadows.ts';
import { TlsListener } from './tls-listener.ts';

/** For what was taken to be finished, at most; what is not is sent again by its device. */
const drainMs = 10_000;
/** For connections to end by themselves. */
const goodbyeMs = 1_000;

export interface SiteBrokerOptions {
  /** The one organization whose devices come here. */
  readonly org: OrganizationId;
  readonly prefix: string;
  /** Fleet provisioning template. */
  readonly template: string;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly ca: CertificateAuthority;
  readonly devices: DeviceStore;
  readonly certificates: CertificateStore;
  readonly shadows: ShadowStore;
  readonly jobs: JobStore;
  readonly liveFeed: LiveFeed;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What AWS IoT Core is to the cloud edition: MQTT over mutual TLS, topic rules, provisioning by claim, shadows, presence.
 * Acks and links may be asked for from the start; devices are let in by `start`.
 */
export class SiteBroker implements DeviceAcks, DeviceLinks {
  /** The configuration of its devices. */
  readonly shadows: SiteShadows;
  /** What they are asked to do. */
  readonly jobs: SiteJobs;
  /** Takes certificates of its devices back. */
  readonly deviceCertificates: DeviceCertificates;
  readonly #options: SiteBrokerOptions;
  readonly #presence: RecordPresencePorts;
  readonly #notes = new Set<Promise<void>>();
  readonly #broker: DeviceBroker;
  readonly #listener: TlsListener;
  #dispatcher: RuleDispatcher | undefined;
  #port = 0;
  #started: Promise<number> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: SiteBrokerOptions) {
    const { org, prefix, template, ca, clock, log } = options;
    this.#options = options;
    this.deviceCertificates = issuedCertificates(options.certificates);
    const provisioning = new FleetProvisioning({
      org,
      template,
      ca,
      clock,
      log,
      register: async (device, certificate, claim) => {
        await checkClaim(options, org, claim);
        await registerDevice(options, org, device, certificate);
      },
      rotate: (device, rotation) => rotateCertificate(options, org, device, rotation),
    });
    this.shadows = new SiteShadows({
      shadows: options.shadows,
      publish: (device, topic, message) => this.#broker.publish(device, topic, message),
      clock,
      log,
    });
    this.#presence = { ...options, deviceCertificates: this.deviceCertificates, shadows: this.shadows };
    this.jobs = new SiteJobs({
      org,
      jobs: options.jobs,
      publish: (device, topic, message) => this.#note(this.#broker.publish(device, topic, message)),
      onChanged: (deviceId) => this.#note(options.liveFeed.publish(org, { kind: 'device', deviceId })),
      clock,
      timer: systemTimer,
      log,
    });
    this.#broker = new DeviceBroker({
      org,
      prefix,
      template,
      rules,
      clock,
      log,
      admit: (fingerprint, clientId) => admitDevice(options, org, fingerprint, clientId),
      onMessage: async (rule, message) => this.#dispatcher?.dispatch(rule, message),
      onShadow: (device, request, payload) => this.shadows.answer(org, device, request, payload),
      onJobs: (device, topic, payload) => this.jobs.answer(device, topic, payload),
      onProvisioning: (peer, connection, request) => provisioning.answer(peer, connection, request),
      onConnected: (device, certificate) => this.#note(this.#arrived(device, certificate)),
      onDisconnected: (device) => this.#note(recordDisconnected(this.#presence, org, device)),
    });
    this.#listener = new TlsListener({ ...options, onSocket: (socket) => this.#broker.handle(socket) });
  }

  /** Where devices connect; 0 before it was started. */
  get port(): number {
    return this.#port;
  }

  get counts(): Readonly<BrokerCounts> {
    return this.#broker.counts;
  }

  /** Lets devices in. @returns the port. @throws Misconfigured when the port is not to be had. */
  start(handlers: RuleHandlers): Promise<number> {
    if (this.#stopped) throw new Misconfigured('the broker was stopped; make another one');
    this.#started ??= this.#start(handlers);
    return this.#started;
  }

  /** Finishes and acks what was taken, then says goodbye. May be called twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  publishAck(org: OrganizationId, deviceId: DeviceId, ack: Ack): Promise<void> {
    return org === this.#options.org ? this.#broker.publishAck(deviceId, ack) : Promise.resolve();
  }

  online(org: OrganizationId, ids: readonly DeviceId[]): Promise<ReadonlySet<DeviceId>> {
    const ours = org === this.#options.org ? ids : [];
    return Promise.resolve(new Set(ours.filter((id) => this.#broker.isConnected(id))));
  }

  drop(org: OrganizationId, id: DeviceId): Promise<void> {
    return org === this.#options.org ? this.#broker.drop(id) : Promise.resolve();
  }

  async #start(handlers: RuleHandlers): Promise<number> {
    const { clock, log } = this.#options;
    this.#dispatcher = new RuleDispatcher({ rules, handlers, clock, log });
    await this.#broker.start();
    const port = await this.#listener.start().catch(async (error: unknown) => {
      await this.#broker.stop();
      throw error;
    });
    this.jobs.start();
    this.#port = port;
    this.#options.log.info('broker-listens', { host: this.#options.host, port });
    return port;
  }

  async #stop(): Promise<void> {
    if (!this.#started) return;
    await this.#started.catch(() => {});
    this.#listener.close();
    this.jobs.stop();
    await this.#dispatcher?.drain(drainMs);
    await Promise.race([this.#broker.stop(), wait(goodbyeMs)]);
    this.#listener.destroy();
    await Promise.all(this.#notes);
  }

  /** A device that was revoked while it was on its way in is shown out again. */
  async #arrived(device: DeviceId, certificate: string): Promise<void> {
    const stays = await recordConnected(this.#presence, this.#options.org, device, certificate);
    if (!stays) await this.#broker.drop(device);
  }

  #note(writing: Promise<void>): void {
    const done = writing
      // Presence is for people to look at, and what a device is told it can ask for: the connection does not hang on either.
      .catch((err: unknown) => this.#options.log.error('device-note-failed', { err }))
      .finally(() => this.#notes.delete(done));
    this.#notes.add(done);
  }
}
