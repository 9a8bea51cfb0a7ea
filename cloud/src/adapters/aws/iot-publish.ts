import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { awsError } from './aws-error.ts';
import { overdue } from './overdue.ts';

/**
 * What the cloud publishes by MQTT, through the data plane of AWS IoT Core.
 * @param options.deadlineMs for all tries together. @default what the client takes
 * @throws Unavailable, Misconfigured
 */
export async function publishJson(
  client: IoTDataPlaneClient,
  topic: string,
  value: unknown,
  { qos, deadlineMs }: { readonly qos: 0 | 1; readonly deadlineMs?: number },
): Promise<void> {
  const payload = new TextEncoder().encode(JSON.stringify(value));
  const command = new PublishCommand({ topic, qos, payload });
  const what = `AWS IoT topic ${topic}`;
  try {
    if (deadlineMs === undefined) {
      await client.send(command);
      return;
    }
    const abortSignal = AbortSignal.timeout(deadlineMs);
    await Promise.race([client.send(command, { abortSignal }), overdue(abortSignal, what)]);
  } catch (error) {
    throw awsError(error, what);
  }
}
