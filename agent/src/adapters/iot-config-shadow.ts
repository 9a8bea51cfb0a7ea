import type { DeviceId } from '@rollcall/contract/ids';
import { configShadow, configShadowTopic } from '@rollcall/contract/topics';
import { Denied, InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import { isJsonObject, type JsonObject } from '@rollcall/kit/merge-patch';
import { iotshadow, mqtt5 } from 'aws-iot-device-sdk-v2';
import type { ConfigDocument, ConfigShadow } from '../ports/config-shadow.ts';

export interface IotConfigShadowOptions {
  /** Not started yet, and the device's own. */
  readonly client: mqtt5.Mqtt5Client;
  readonly device: DeviceId;
  readonly log: Log;
}

const operationTimeoutSeconds = 20;

/**
 * The device's named shadow `config` through the AWS IoT Device SDK: on AWS IoT Core, or on the broker of the site edition. A delta is news
 * and no more: it leaves out what is no longer wanted, and may overtake another; so what is wanted is always read whole.
 */
export class IotConfigShadow implements ConfigShadow {
  readonly #names: { readonly thingName: string; readonly shadowName: string };
  readonly #shadows: iotshadow.IotShadowClientv2;
  #listener = () => {};

  constructor({ client, device, log }: IotConfigShadowOptions) {
    this.#names = { thingName: device, shadowName: configShadow };
    this.#shadows = iotshadow.IotShadowClientv2.newFromMqtt5(client, {
      maxRequestResponseSubscriptions: 4,
      maxStreamingSubscriptions: 1,
      operationTimeoutInSeconds: operationTimeoutSeconds,
    });
    const deltas = this.#shadows.createNamedShadowDeltaUpdatedStream(this.#names);
    deltas.on('incomingPublish', () => this.#listener());
    deltas.on('subscriptionStatus', ({ type, error }) => {
      // What was wanted while nobody listened is asked for.
      if (error === undefined) this.#listener();
      else log.debug('config-not-followed', { type, reason: error.error_name });
    });
    deltas.open();
    this.#followDeletion(client, configShadowTopic(device), log);
  }

  async get(): Promise<ConfigDocument | undefined> {
    try {
      const { state } = await this.#shadows.getNamedShadow(this.#names);
      return { desired: objectOf(state?.desired), reported: objectOf(state?.reported) };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal?.code === 404) return undefined;
      throw translated(error, 'the configuration from afar was asked for');
    }
  }

  async report(patch: JsonObject): Promise<void> {
    try {
      await this.#shadows.updateNamedShadow({ ...this.#names, state: { reported: patch } });
    } catch (error) {
      throw translated(error, 'the settings in effect were reported');
    }
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** Before the client ends. */
  close(): void {
    this.#listener = () => {};
    this.#shadows.close();
  }

  /** A shadow that is deleted tells no delta. */
  #followDeletion(client: mqtt5.Mqtt5Client, shadowTopic: string, log: Log): void {
    const topicFilter = `${shadowTopic}/delete/accepted`;
    client.on('connectionSuccess', () => {
      client
        .subscribe({ subscriptions: [{ topicFilter, qos: mqtt5.QoS.AtLeastOnce }] })
        .catch((error: unknown) => log.debug('config-not-followed', { topicFilter, reason: String(error) }));
    });
    client.on('messageReceived', ({ message }) => {
      if (message.topicName === topicFilter) this.#listener();
    });
  }
}

function objectOf(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** The service's own words; source: "Device Shadow error messages", AWS IoT developer guide. */
function translated(error: unknown, what: string): Error {
  const refusal = refusalOf(error);
  if (!refusal) return new Unavailable(`${what}, and nobody answered: ${String(error)}`, { cause: error });
  const message = `${what}, and it was refused: ${refusal.message ?? 'no reason given'} (${refusal.code ?? 'no code'})`;
  if (refusal.code === 401 || refusal.code === 403) return new Denied(message, { cause: error });
  const mayWorkLater = (refusal.code ?? 500) >= 500 || refusal.code === 409 || refusal.code === 429;
  return mayWorkLater ? new Unavailable(message, { cause: error }) : new InvalidInput(message, { cause: error });
}

function refusalOf(error: unknown): iotshadow.model.V2ErrorResponse | undefined {
  if (!(error instanceof Error) || !('modeledError' in error)) return undefined;
  const { modeledError } = error;
  return typeof modeledError === 'object' && modeledError !== null ? modeledError : undefined;
}
