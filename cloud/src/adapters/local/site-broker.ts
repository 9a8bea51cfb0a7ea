import { setTimeout as wait } from 'node:timers/promises';
import type { Ack } from '@rollcall/contract/capture';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { recordConnected, recordDisconnected } from '../../domain/record-presence.ts';
import { registerDevice } from '../../domain/register-device.ts';
import { rules } from '../../manifest.ts';
import type { DeviceAcks } from '../../ports/device-acks.ts';
import type { DeviceLinks } from '../../ports/device-links.ts';
import type { LiveFeed } from '../../ports/live-feed.ts';
import type { CertificateStore } from '../../store/certificate-store.ts';
import type { DeviceStore } from '../../store/device-store.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { admitDevice } from './device-admission.ts';
import { type BrokerCounts, DeviceBroker } from './device-broker.ts';
import { FleetProvisioning } from './fleet-provisioning.ts';
import { RuleDispatcher, type RuleHandlers } from './rule-dispatcher.ts';
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
  readonly liveFeed: LiveFeed;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What AWS IoT Core is to the cloud edition: MQTT over mutual TLS, topic rules, provisioning by claim, presence.
 * Acks and links may be asked for from the start; devices are let in by `start`.
 */
export class SiteBroker implements DeviceAcks, DeviceLinks {
  readonly #options: SiteBrokerOptions;
  readonly #presence = new Set<Promise<void>>();
  readonly #broker: DeviceBroker;
  readonly #listener: TlsListener;
  #dispatcher: RuleDispatcher | undefined;
  #started: Promise<number> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: SiteBrokerOptions) {
    const { org, prefix, template, ca, clock, log } = options;
    this.#options = options;
    const provisioning = new FleetProvisioning({
      org,
      template,
      ca,
      clock,
      log,
      register: (device, fingerprint) => registerDevice(options, org, device, fingerprint),
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
      onProvisioning: (connection, topic, payload) => provisioning.answer(connection, topic, payload),
      onConnected: (device, certificate) => this.#note(this.#arrived(device, certificate)),
      onDisconnected: (device) => this.#note(recordDisconnected(options, org, device)),
    });
    this.#listener = new TlsListener({ ...options, onSocket: (socket) => this.#broker.handle(socket) });
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
    this.#options.log.info('broker-listens', { host: this.#options.host, port });
    return port;
  }

  async #stop(): Promise<void> {
    if (!this.#started) return;
    await this.#started.catch(() => {});
    this.#listener.close();
    await this.#dispatcher?.drain(drainMs);
    await Promise.race([this.#broker.stop(), wait(goodbyeMs)]);
    this.#listener.destroy();
    await Promise.all(this.#presence);
  }

  /** A device that was revoked while it was on its way in is shown out again. */
  async #arrived(device: DeviceId, certificate: string): Promise<void> {
    const stays = await recordConnected(this.#options, this.#options.org, device, certificate);
    if (!stays) await this.#broker.drop(device);
  }

  #note(writing: Promise<void>): void {
    const done = writing
      // Presence is for people to look at; the connection does not hang on it.
      .catch((err: unknown) => this.#options.log.error('presence-not-recorded', { err }))
      .finally(() => this.#presence.delete(done));
    this.#presence.add(done);
  }
}
