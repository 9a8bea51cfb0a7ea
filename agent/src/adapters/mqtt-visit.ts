import { once } from 'node:events';
import { Denied, Unavailable } from '@rollcall/kit/app-error';
import { iotidentity, mqtt5 } from 'aws-iot-device-sdk-v2';
import { createMqttClient, explainFailure, type MqttClientOptions } from './mqtt-client.ts';

/**
 * Connects, once, for as long as `use` takes.
 * @param what the certificate is, in words. @throws Denied when the broker refuses it, Unavailable when there is no connection.
 */
export async function visit<T>(
  options: MqttClientOptions,
  what: string,
  use: (client: mqtt5.Mqtt5Client) => Promise<T>,
): Promise<T> {
  const client = createMqttClient(options);
  try {
    await connect(client, options, what);
    return await use(client);
  } finally {
    const stopped = once(client, 'stopped');
    client.stop();
    await stopped;
    client.close();
  }
}

/** The provisioning service behind a connection, for as long as `use` takes. */
export async function askIdentityService<T>(
  client: mqtt5.Mqtt5Client,
  use: (service: iotidentity.IotIdentityClientv2) => Promise<T>,
): Promise<T> {
  const service = iotidentity.IotIdentityClientv2.newFromMqtt5(client, {
    maxRequestResponseSubscriptions: 4,
    maxStreamingSubscriptions: 1,
    operationTimeoutInSeconds: 20,
  });
  try {
    return await use(service);
  } finally {
    service.close();
  }
}

async function connect(client: mqtt5.Mqtt5Client, options: MqttClientOptions, what: string): Promise<void> {
  const connected = new Promise<void>((resolve, reject) => {
    client.once('connectionSuccess', () => resolve());
    client.once('connectionFailure', (event: mqtt5.ConnectionFailureEvent) => {
      const reason = explainFailure(event, what, options);
      reject(
        event.connack ? new Denied(reason, { cause: event.error }) : new Unavailable(reason, { cause: event.error }),
      );
    });
  });
  client.start();
  await connected;
}
