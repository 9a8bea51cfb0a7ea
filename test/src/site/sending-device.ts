import { DiskOutbox } from '@rollcall/agent/adapters/disk-outbox';
import { IotPublisher } from '@rollcall/agent/adapters/iot-publisher';
import { Delivery } from '@rollcall/agent/domain/deliver';
import type { Ack, CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { OrganizationId } from '@rollcall/contract/ids';
import { defaultPrefix } from '@rollcall/contract/topics';
import { systemClock as clock } from '@rollcall/kit/clock';
import { silentLog as log } from '@rollcall/kit/log';
import { systemTimer as timer } from '@rollcall/kit/timer';
import type { DeviceCertificate } from './device-certificate.ts';

export interface SendingDeviceOptions {
  readonly certificate: DeviceCertificate;
  readonly mqttPort: number;
  /** For its outbox. */
  readonly dataDir: string;
  /** As of `Delivery`. */
  readonly ackTimeoutMs?: number;
  readonly window?: number;
}

/** A device that sends what a test puts in its outbox, and does so as the agent: until it is acked, over any number of connections. */
export class SendingDevice {
  readonly #outbox: DiskOutbox;
  readonly #publisher: IotPublisher;
  readonly #delivery: Delivery;
  readonly #listeners: ((ack: Ack) => void)[] = [];
  /** What the cloud said that it has, by id. */
  readonly acked = new Set<string>();

  private constructor(outbox: DiskOutbox, options: SendingDeviceOptions) {
    const { certificate, mqttPort: port, dataDir: _, mqttPort: __, ...delivery } = options;
    const { caPem, certificatePem, privateKeyPem, device } = certificate;
    this.#outbox = outbox;
    this.#publisher = new IotPublisher({
      mqtt: { host: '127.0.0.1', port, caPem, certificatePem, privateKeyPem },
      prefix: defaultPrefix,
      org: OrganizationId.parse('main'),
      device,
      timer,
      log,
    });
    this.#delivery = new Delivery({ ...delivery, outbox, publisher: this.#publisher, timer, log });
    this.#publisher.onAck((ack) => {
      if (ack.status === 'stored') this.acked.add(ack.id);
      for (const listener of this.#listeners) listener(ack);
    });
  }

  static async open(options: SendingDeviceOptions): Promise<SendingDevice> {
    const { dataDir } = options;
    const outbox = await DiskOutbox.open({ dataDir, maxBytes: 100_000_000, maxItems: 1_000, clock, log });
    return new SendingDevice(outbox, options);
  }

  /** Goes online, and comes back whenever it is cut off. */
  connect(): void {
    this.#delivery.start();
    this.#publisher.start();
  }

  /** What waits for an ack. */
  get waiting(): number {
    return this.#outbox.state().items;
  }

  async send(message: CaptureMessage | PassageMessage): Promise<void> {
    await this.#outbox.put(message);
  }

  onAck(listener: (ack: Ack) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when nothing waits any more. */
  async delivered(): Promise<void> {
    await this.#delivery.flushed();
  }

  async stop(): Promise<void> {
    this.#delivery.stop();
    await this.#publisher.stop();
    await this.#outbox.close();
  }
}
