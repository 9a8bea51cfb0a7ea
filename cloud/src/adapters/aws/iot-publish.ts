import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { awsError } from './aws-error.ts';

/** What the cloud publishes by MQTT, through the data plane of AWS IoT Core. @throws Unavailable, Misconfigured */
export async function publishJson(
  client: IoTDataPlaneClient,
  topic: string,
  value: unknown,
  qos: 0 | 1,
): Promise<void> {
  const payload = new TextEncoder().encode(JSON.stringify(value));
  try {
    await client.send(new PublishCommand({ topic, qos, payload }));
  } catch (error) {
    throw awsError(error, `AWS IoT topic ${topic}`);
  }
}
