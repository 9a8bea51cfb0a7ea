import type { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { Ack } from '@rollcall/contract/capture';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ackTopic } from '@rollcall/contract/topics';
import type { DeviceAcks } from '../../ports/device-acks.ts';
import { publishJson } from './iot-publish.ts';

export interface IotDeviceAcksOptions {
  /** Of the account's own data endpoint, `…-ats.iot.{region}.amazonaws.com`. */
  readonly client: IoTDataPlaneClient;
  readonly prefix: string;
}

/** Acks by AWS IoT Core, QoS 1. Needs iot:Publish on `{prefix}/+/+/ack`. */
export class IotDeviceAcks implements DeviceAcks {
  readonly #options: IotDeviceAcksOptions;

  constructor(options: IotDeviceAcksOptions) {
    this.#options = options;
  }

  /** @throws Unavailable; then the message is handled again, or the device sends it again. */
  publishAck(org: OrganizationId, deviceId: DeviceId, ack: Ack): Promise<void> {
    return publishJson(this.#options.client, ackTopic(this.#options.prefix, org, deviceId), ack, { qos: 1 });
  }
}
