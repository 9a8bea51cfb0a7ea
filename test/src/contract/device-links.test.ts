import { IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceLinks } from '@rollcall/cloud/adapters/aws/iot-device-links';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { startTestBroker } from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { DeviceStore } from '@rollcall/cloud/store/device-store';
import { PresenceStore } from '@rollcall/cloud/store/presence-store';
import { OrganizationId } from '@rollcall/contract/ids';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { deviceLinksContract } from './device-links.contract.ts';

const org = OrganizationId.parse('main');

deviceLinksContract('the site’s broker', async () => {
  const test = await startTestBroker();
  const connected = new Map<string, () => boolean>();
  return {
    links: test.broker,
    connect: async (id) => {
      const client = await test.connect(await test.device(id), id);
      connected.set(id, () => client.connected);
    },
    isConnected: (id) => connected.get(id)?.() ?? false,
    stop: () => test.stop(),
  };
});

deviceLinksContract('AWS IoT', async () => {
  const rest = new IotEmulator();
  const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
  const endpoint = await rest.start();
  const iot = new IoTClient({ ...settings, endpoint });
  const data = new IoTDataPlaneClient({ ...settings, endpoint });
  const table = new MemoryTable();
  const [devices, presence] = [new DeviceStore(table), new PresenceStore(table)];
  return {
    links: new IotDeviceLinks({ iot, data, devices, presence }),
    connect: async (id) => {
      const certificate = id.padEnd(64, 'c');
      rest.certificates.set(certificate, 'ACTIVE');
      rest.connections.add(id);
      const nothing = { doorId: null, lastSeenAt: null, health: null, stillAt: null };
      await devices.create(org, { id, state: 'active', certificate, ...nothing });
      // As the function `presence` notes it.
      await presence.replace(org, id, { online: true, session: 's', connection: 1, at: 1 }, () => true);
    },
    isConnected: (id) => rest.connections.has(id) && rest.certificates.get(id.padEnd(64, 'c')) === 'ACTIVE',
    stop: async () => {
      iot.destroy();
      data.destroy();
      await rest.stop();
    },
  };
});
