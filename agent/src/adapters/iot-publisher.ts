import { once } from 'node:events';
import { Ack } from '@rollcall/contract/capture';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ackTopic, maxPayloadBytes, type RuleName, ruleTopic } from '@rollcall/contract/topics';
import { Denied, InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { mqtt5 } from 'aws-iot-device-sdk-v2';
import type { Publisher } from '../ports/publisher.ts';
import { createMqttClient, explainFailure, type MqttClientOptions } from './mqtt-client.ts';

export interface IotPublisherOptions {
  readonly mqtt: Omit<MqttClientOptions, 'clientId'>;
  readonly prefix: string;
  readonly org: OrganizationId;
  /** The thing name, which is the client id. */
  readonly device: DeviceId;
  readonly timer: Timer;
  readonly log: Log;
}

/** MQTT 5 reason codes from here on are failures. Source: MQTT 5.0, 2.4. */
const firstFailureCode = 0x80;
const notAuthorized = 0x87;

/** The same failure again is said once in this time. */
const repeatLogMs = 600_000;

/** The way to the cloud through the AWS IoT Device SDK: to AWS IoT Core, or to the broker of the site edition. */
export class IotPublisher implements Publisher {
  readonly #options: IotPublisherOptions;
  readonly #mqtt: MqttClientOptions;
  readonly #client: mqtt5.Mqtt5Client;
  readonly #ackTopic: string;
  #acks: ((ack: Ack) => void)[] = [];
  #onlines: ((online: boolean) => void)[] = [];
  #started = false;
  #online = false;
  /** Counts connections, so that what belongs to an earlier one is known as late. */
  #session = 0;
  #cancelSubscribe = () => {};
  #lastFailure = { reason: '', at: 0 };
  #stopping: Promise<void> | undefined;

  /** @throws Misconfigured when certificate, key or CA are none. */
  constructor(options: IotPublisherOptions) {
    this.#options = options;
    this.#mqtt = { ...options.mqtt, clientId: options.device };
    this.#ackTopic = ackTopic(options.prefix, options.org, options.device);
    this.#client = createMqttClient(this.#mqtt);
    this.#client.on('connectionSuccess', () => this.#connected());
    this.#client.on('connectionFailure', (event) => this.#failed(event));
    this.#client.on('disconnection', (event) => this.#disconnected(event));
    this.#client.on('messageReceived', ({ message }) => this.#received(message));
    this.#client.on('error', (error) => this.#options.log.error('mqtt-error', { reason: error.error_name }));
  }

  /** The connection, for what AWS IoT is asked over it. It is started and ended here. */
  get client(): mqtt5.Mqtt5Client {
    return this.#client;
  }

  get online(): boolean {
    return this.#online;
  }

  start(): void {
    this.#started = true;
    this.#client.start();
  }

  /** May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async publish(rule: RuleName, payload: Uint8Array): Promise<void> {
    // AWS IoT Core drops the connection over a larger one, and with it everything that is on the way.
    if (payload.length > maxPayloadBytes) {
      throw new InvalidInput(`expected at most ${maxPayloadBytes} bytes, got ${payload.length}`, { code: 'too-large' });
    }
    if (!this.#online) throw new Unavailable('the broker is away');
    const { prefix, org, device } = this.#options;
    const topicName = ruleTopic(prefix, rule, org, device);
    let result: mqtt5.PublishCompletionResult;
    try {
      result = await this.#client.publish({ topicName, qos: mqtt5.QoS.AtLeastOnce, payload });
    } catch (cause) {
      throw new Unavailable(`publishing on ${topicName} failed: ${String(cause)}`, { cause });
    }
    const code: number = result?.reasonCode ?? mqtt5.PubackReasonCode.Success;
    if (code < firstFailureCode) return;
    if (code === notAuthorized) {
      throw new Denied(
        `the broker's policy does not let ${device} publish on ${topicName}; check mqtt.prefix, org and policy`,
      );
    }
    throw new Unavailable(`the broker did not take a message on ${topicName} (reason code ${code})`);
  }

  onAck(listener: (ack: Ack) => void): void {
    this.#acks.push(listener);
  }

  onOnline(listener: (online: boolean) => void): void {
    this.#onlines.push(listener);
  }

  #connected(): void {
    this.#session++;
    this.#lastFailure = { reason: '', at: 0 };
    this.#options.log.info('connected', { host: this.#mqtt.host, port: this.#mqtt.port });
    void this.#subscribe(this.#session, backoff({ firstMs: 5_000, maxMs: 300_000 }));
  }

  /** Without acks nothing may be published: it would come again and again. */
  async #subscribe(session: number, waits: Generator<number, void>): Promise<void> {
    const reason = await this.#trySubscribe();
    if (session !== this.#session || this.#stopping) return;
    if (reason === undefined) return this.#setOnline(true);
    this.#options.log.error('acks-not-subscribed', { topic: this.#ackTopic, reason });
    const waitMs = waits.next().value ?? 300_000;
    this.#cancelSubscribe = this.#options.timer.after(waitMs, () => void this.#subscribe(session, waits));
  }

  async #trySubscribe(): Promise<string | undefined> {
    const subscriptions = [{ topicFilter: this.#ackTopic, qos: mqtt5.QoS.AtLeastOnce }];
    try {
      const { reasonCodes } = await this.#client.subscribe({ subscriptions });
      const refused = reasonCodes.map(Number).find((code) => code >= firstFailureCode);
      if (refused === undefined) return undefined;
      return `the broker refuses it (reason code ${refused}); check mqtt.prefix, org and the device's policy`;
    } catch (error) {
      return String(error);
    }
  }

  #disconnected(event: mqtt5.DisconnectionEvent): void {
    this.#session++;
    this.#cancelSubscribe();
    this.#setOnline(false);
    const { log } = this.#options;
    if (this.#stopping) return log.info('disconnected');
    const { disconnect, error } = event;
    if (disconnect?.reasonCode === mqtt5.DisconnectReasonCode.NotAuthorized) {
      log.error('disconnected', { reason: 'the broker revoked this device; check it in the dashboard' });
    } else if (disconnect?.reasonCode === mqtt5.DisconnectReasonCode.SessionTakenOver) {
      const { device } = this.#options;
      log.error('disconnected', { reason: `another agent runs as ${device}; stop it, or provision it by itself` });
    } else log.warn('disconnected', { reason: error.error_name, reasonCode: disconnect?.reasonCode });
  }

  #failed(event: mqtt5.ConnectionFailureEvent): void {
    const { log, timer } = this.#options;
    const reason = explainFailure(event, "this device's certificate", this.#mqtt);
    const repeated = reason === this.#lastFailure.reason && timer.now() - this.#lastFailure.at < repeatLogMs;
    if (repeated) return log.debug('connect-failed', { reason });
    this.#lastFailure = { reason, at: timer.now() };
    log.error('connect-failed', { reason });
  }

  #received(message: mqtt5.PublishPacket): void {
    if (message.topicName !== this.#ackTopic) return;
    const ack = parseAck(message.payload);
    if (!ack) return this.#options.log.warn('ack-unreadable', { topic: message.topicName });
    for (const listener of this.#acks) listener(ack);
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    for (const listener of this.#onlines) listener(online);
  }

  async #stop(): Promise<void> {
    this.#cancelSubscribe();
    if (this.#started) {
      const stopped = once(this.#client, 'stopped');
      this.#client.stop();
      await stopped;
    }
    this.#client.close();
    this.#setOnline(false);
  }
}

function parseAck(payload: mqtt5.Payload | undefined): Ack | undefined {
  try {
    if (!(payload instanceof ArrayBuffer)) return undefined;
    return Ack.parse(JSON.parse(Buffer.from(payload).toString()));
  } catch {
    return undefined;
  }
}
