import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceId } from '@rollcall/contract/ids';
import { configShadowTopic } from '@rollcall/contract/topics';
import { connectAsync } from 'mqtt';
import type { Site } from './start-site.ts';

/**
 * Writes what is wanted of a device past the API, by a client that is not ours, as the device itself: AWS IoT lets nobody else near its shadow
 * either. @param folder of the device, with its certificate and key.
 */
export async function writeDesired(site: Site, id: DeviceId, folder: string, desired: object): Promise<void> {
  const [ca, cert, key] = await Promise.all([
    readFile(join(site.dataDir, 'ca', 'ca.pem')),
    readFile(join(folder, 'device.pem')),
    readFile(join(folder, 'device.key')),
  ]);
  const broker = `mqtts://127.0.0.1:${site.mqttPort}`;
  const client = await connectAsync(broker, { ca, cert, key, clientId: id, protocolVersion: 5, reconnectPeriod: 0 });
  await client.publishAsync(`${configShadowTopic(id)}/update`, JSON.stringify({ state: { desired } }), { qos: 1 });
  await client.endAsync();
}
