import type { TLSSocket } from 'node:tls';
import type { Ack } from '@rollcall/contract/capture';
import type { DeviceId } from '@rollcall/contract/ids';
import { ackTopic, maxPayloadBytes, type RuleName, type ShadowRequest } from '@rollcall/contract/topics';
import { AppError, Denied } from '@rollcall/kit/app-error';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { RuleMessage } from '../../ports/rule-message.ts';
import { outgoing, reasonCodes, settle, withoutPrototypes } from './aedes-client.ts';
import { DeviceArrivals, type DeviceArrivalsOptions } from './device-arrivals.ts';
import type { Admitted } from './device-admission.ts';
import type { ProvisioningAnswer, ProvisioningRequest } from './fleet-provisioning.ts';
import type { JobAnswer } from './site-jobs.ts';
import { ReadingGate } from './reading-gate.ts';
import { SparseWarnings } from './sparse-warnings.ts';

/** What AWS IoT Core announces: a payload of 128 KB with all that goes around it. */
const maxPacketBytes = 149_504;
/** As on AWS IoT Core. Dead peers are found sooner, by TCP keepalive. */
const maxKeepaliveSeconds = 1_200;
/** What waits for a device that does not read, at most; acks beyond it are dropped, and asked for again by a resend. */
const maxUnsentBytes = 256 * 1024;

export interface DeviceBrokerOptions extends DeviceArrivalsOptions {
  /** No more is read from the device until it resolves. */
  readonly onMessage: (rule: RuleName, message: RuleMessage) => Promise<void>;
  /** A request on the device's own shadow. No more is read from it until it is answered, so there is one at a time. */
  readonly onShadow: (device: DeviceId, request: ShadowRequest, payload: Uint8Array) => Promise<void>;
  /** A request on a topic of the device's own jobs. @returns undefined for a topic on which nothing can be asked. */
  readonly onJobs: (device: DeviceId, topic: string, payload: Uint8Array) => Promise<JobAnswer | undefined>;
  readonly onProvisioning: (
    peer: Admitted,
    connection: object,
    request: ProvisioningRequest,
  ) => Promise<ProvisioningAnswer>;
  readonly onConnected: (device: DeviceId, certificate: string) => void;
  readonly onDisconnected: (device: DeviceId) => void;
}

/** Since the start; `connected` now. */
export interface BrokerCounts {
  connected: number;
  refused: number;
  denied: number;
  oversized: number;
  messages: number;
  bytes: number;
}

/**
 * MQTT 5 and 3.1.1 for devices: who they are stands in their certificate, what they may is denied unless their policy
 * names it. It behaves as AWS IoT Core does where a device can tell.
 */
export class DeviceBroker {
  readonly counts: BrokerCounts = { connected: 0, refused: 0, denied: 0, oversized: 0, messages: 0, bytes: 0 };
  readonly #options: DeviceBrokerOptions;
  readonly #aedes: Aedes;
  readonly #warnings: SparseWarnings;
  readonly #devices = new Map<DeviceId, Client>();
  readonly #gates = new WeakMap<Client, ReadingGate>();
  readonly #arrivals: DeviceArrivals;

  constructor(options: DeviceBrokerOptions) {
    this.#options = options;
    this.#warnings = new SparseWarnings(options.log, options.clock);
    this.#arrivals = new DeviceArrivals(options, maxKeepaliveSeconds);
    this.#aedes = new Aedes({
      // Deliveries that run at once. Unlimited: a device that does not read must not hold up the others' acks.
      concurrency: 0,
      connectTimeout: 10_000,
      drainTimeout: 20_000,
      keepaliveLimit: maxKeepaliveSeconds,
      maxClientsIdLength: 128,
      maxTopicLevels: 12,
      maximumPacketSize: maxPacketBytes,
      receiveMaximum: 100,
      topicAliasMaximum: 8,
      sessionExpiryIntervalLimit: 1,
      preConnect: (client, packet, done) =>
        void settle(this.#arrivals.identify(client, packet), (error) => done(error, !error)),
      authenticate: (client, _name, _password, done) => {
        const refusal = this.#arrivals.refusalOf(client);
        if (refusal) this.counts.refused++;
        done(refusal, !refusal);
      },
      authorizePublish: (client, packet, done) => done(client ? this.#checkPublish(client, packet) : null),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#maySubscribe(client, subscription.topic) ? subscription : null),
      authorizeForward: (client, packet) => {
        const room = client.conn.writableLength < maxUnsentBytes;
        return room && this.#arrivals.peerOf(client)?.policy.mayReceive(packet.topic) ? packet : null;
      },
      published: (packet, client, done) => void settle(this.#take(client, packet), done),
    });
    withoutPrototypes(this.#aedes);
    this.#aedes.on('client', (client) => this.#connected(client));
    this.#aedes.on('clientDisconnect', (client) => this.#disconnected(client));
    this.#aedes.on('clientError', (client, error) => this.#failed(client, error));
    this.#aedes.on('connectionError', (client, error) => this.#failed(client, error));
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
  }

  /** Ends every connection, telling MQTT 5 clients that the server shuts down. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.#aedes.close(resolve));
  }

  handle(socket: TLSSocket): void {
    const gate = new ReadingGate(socket);
    const client = this.#aedes.handle(socket);
    this.#arrivals.expect(client, socket);
    this.#gates.set(client, gate);
  }

  isConnected(device: DeviceId): boolean {
    return this.#devices.has(device);
  }

  /** Ends the device's connection; resolves when it is gone. */
  async drop(device: DeviceId): Promise<void> {
    const client = this.#devices.get(device);
    if (!client) return;
    await new Promise<void>((resolve) => {
      // Who does not read does not get to hear why.
      const timer = setTimeout(() => client.close(resolve), 1_000);
      client.disconnect({ reasonCode: reasonCodes.notAuthorized }, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    // aedes tells of the end a turn later at the earliest; whoever dropped it must not find it here any more.
    this.#left(client);
  }

  /** Lost when the device is away or has not subscribed: it sends its message again. */
  publishAck(device: DeviceId, ack: Ack): Promise<void> {
    const { prefix, org } = this.#options;
    return this.publish(device, ackTopic(prefix, org, device), ack);
  }

  /** A message on one of the device's own topics; lost when it is away or has not subscribed. */
  publish(device: DeviceId, topic: string, message: object): Promise<void> {
    if (!this.isConnected(device)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#aedes.publish(outgoing(topic, JSON.stringify(message), 1), (error) => (error ? reject(error) : resolve()));
    });
  }

  #checkPublish(client: Client, packet: PublishPacket): Error | null {
    const { topic, payload, qos, retain } = packet;
    if (payload.length > maxPayloadBytes) {
      // As on AWS: the connection ends. The agent guards against it before it publishes.
      this.#tooLarge(client, payload.length);
      client.disconnect({ reasonCode: reasonCodes.packetTooLarge });
      return new Denied(`expected at most ${maxPayloadBytes} bytes`, { code: 'too-large' });
    }
    // Basic Ingest keeps no retained message, and AWS IoT knows no QoS 2.
    const reason = !this.#arrivals.peerOf(client)?.policy.mayPublish(topic)
      ? 'not a topic of this client'
      : retain || qos === 2
        ? 'expected QoS 0 or 1, not retained'
        : undefined;
    if (reason === undefined) return null;
    this.#denied(client, 'publish-denied', topic, reason);
    return new Denied(reason);
  }

  #maySubscribe(client: Client, filter: string): boolean {
    if (this.#arrivals.peerOf(client)?.policy.maySubscribe(filter)) return true;
    this.#denied(client, 'subscribe-denied', filter, 'not a topic of this client');
    return false;
  }

  async #take(client: Client | null, packet: PublishPacket): Promise<void> {
    const peer = client && this.#arrivals.peerOf(client);
    if (!client || !peer) return;
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    if (peer.kind === 'claim' || peer.policy.isRotation(packet.topic)) {
      const answer = await this.#options.onProvisioning(peer, client, { topic: packet.topic, payload });
      // To this client alone, past all subscriptions: the answer may hold a certificate.
      client.publish(outgoing(answer.topic, answer.payload, 1), () => {});
      return;
    }
    const request = peer.policy.shadowRequestOf(packet.topic);
    if (request) {
      await this.#gates.get(client)?.holdFor(this.#options.onShadow(peer.deviceId, request, payload));
      return;
    }
    const rule = peer.policy.ruleOf(packet.topic);
    if (!rule) return this.#jobs(client, peer.deviceId, packet.topic, payload);
    this.counts.messages++;
    this.counts.bytes += payload.length;
    const { org, clock } = this.#options;
    const begun = this.#options.onMessage(rule, { org, deviceId: peer.deviceId, payload, receivedAt: clock.now() });
    await this.#gates.get(client)?.holdFor(begun);
  }

  /** The answer goes to who asked, subscribed or not, as on AWS IoT. */
  async #jobs(client: Client, device: DeviceId, topic: string, payload: Uint8Array): Promise<void> {
    const answer = await this.#options.onJobs(device, topic, payload);
    if (answer) client.publish(outgoing(answer.topic, JSON.stringify(answer.message), 1), () => {});
    else this.#denied(client, 'request-unknown', topic, 'nothing can be asked on this topic');
  }

  #connected(client: Client): void {
    this.counts.connected++;
    const peer = this.#arrivals.peerOf(client);
    if (peer?.kind !== 'device') return;
    // aedes ends the session that this one takes over, unless that was ending by itself just now.
    const earlier = this.#devices.get(peer.deviceId);
    this.#devices.set(peer.deviceId, client);
    if (earlier && earlier !== client) earlier.close();
    this.#options.log.info('device-connected', { deviceId: peer.deviceId, mqtt: client.version });
    this.#options.onConnected(peer.deviceId, peer.certificate);
  }

  #disconnected(client: Client): void {
    this.counts.connected--;
    this.#left(client);
  }

  /** Once for each device that is gone, whoever notices first. */
  #left(client: Client): void {
    const peer = this.#arrivals.peerOf(client);
    if (peer?.kind !== 'device' || this.#devices.get(peer.deviceId) !== client) return;
    this.#devices.delete(peer.deviceId);
    this.#options.log.info('device-disconnected', { deviceId: peer.deviceId, reasonCode: client.disconnectReasonCode });
    this.#options.onDisconnected(peer.deviceId);
  }

  #failed(client: Client, error: Error & { size?: number }): void {
    // What we refused ourselves is logged where it was refused.
    if (error instanceof AppError || 'returnCode' in error) return;
    if (error.size !== undefined) {
      this.#tooLarge(client, error.size);
      return;
    }
    this.#options.log.info('device-connection-failed', { clientId: client.id, reason: error.message });
  }

  #tooLarge(client: Client, bytes: number): void {
    this.counts.oversized++;
    this.#warnings.warn('message-too-large', client.id, { clientId: client.id, bytes, maxPayloadBytes });
  }

  #denied(client: Client, event: string, topic: string, reason: string): void {
    this.counts.denied++;
    const clientId = client.id;
    this.#warnings.warn(event, `${clientId} ${topic.slice(0, 100)}`, { clientId, topic: topic.slice(0, 300), reason });
  }
}
