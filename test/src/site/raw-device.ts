import { Ack } from '@rollcall/contract/capture';
import { OrganizationId } from '@rollcall/contract/ids';
import { ackTopic, defaultPrefix, type RuleName, ruleTopic } from '@rollcall/contract/topics';
import { connectAsync, type MqttClient } from 'mqtt';
import type { DeviceCertificate } from './device-certificate.ts';
import { type Site, until } from './start-site.ts';

const org = OrganizationId.parse('main');

/**
 * A device that sends what it is told to, whether that is allowed or not, with an MQTT client that is not the agent's. It does not
 * come back by itself.
 */
export class RawDevice {
  readonly acks: Ack[] = [];
  /** Why the broker ended the connection: the MQTT 5 reason code, if it said one. */
  reasonCode: number | undefined;
  isClosed = false;
  readonly #certificate: DeviceCertificate;
  readonly #client: MqttClient;
  readonly #closed: Promise<void>;

  private constructor(certificate: DeviceCertificate, client: MqttClient) {
    this.#certificate = certificate;
    this.#client = client;
    client.on('message', (_topic, payload) => this.acks.push(Ack.parse(JSON.parse(payload.toString()))));
    client.on('disconnect', (packet) => {
      this.reasonCode = packet.reasonCode;
    });
    this.#closed = new Promise((resolve) => {
      client.on('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
    client.on('error', () => {});
  }

  /** @throws when the broker does not let it in. */
  static async connect(site: Site, certificate: DeviceCertificate): Promise<RawDevice> {
    const { caPem: ca, certificatePem: cert, privateKeyPem: key, device } = certificate;
    const client = await connectAsync(`mqtts://127.0.0.1:${site.mqttPort}`, {
      ca,
      cert,
      key,
      clientId: device,
      protocolVersion: 5,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
    });
    const raw = new RawDevice(certificate, client);
    await client.subscribeAsync(ackTopic(defaultPrefix, org, device), { qos: 1 });
    return raw;
  }

  /**
   * Publishes on its own rule, or, with `as`, on that device's. @returns the reason code of the receipt; undefined when the connection
   * ended before one came.
   */
  async publish(rule: RuleName, payload: unknown, as = this.#certificate.device): Promise<number | undefined> {
    const bytes = payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.from(JSON.stringify(payload));
    const topic = ruleTopic(defaultPrefix, rule, org, as);
    try {
      const receipt = await Promise.race([this.#client.publishAsync(topic, bytes, { qos: 1 }), this.#closed]);
      if (this.isClosed) return undefined;
      return receipt && 'reasonCode' in receipt ? (receipt.reasonCode ?? 0) : 0;
    } catch (error) {
      // How this client reports a receipt that is a refusal.
      if (error instanceof Error && 'code' in error && typeof error.code === 'number') return error.code;
      if (this.isClosed) return undefined;
      throw error;
    }
  }

  /** The answer to what has this id. */
  async ackOf(id: string): Promise<Ack> {
    return until(`an ack of ${id}`, () => this.acks.find((ack) => ack.id === id));
  }

  /** Resolves when the broker has ended the connection. */
  async closed(): Promise<void> {
    await until('the end of the connection', () => this.isClosed);
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
