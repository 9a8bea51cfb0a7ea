import { IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceLinks } from '@rollcall/cloud/adapters/aws/iot-device-links';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { DeviceStore } from '@rollcall/cloud/store/device-store';
import { PresenceStore } from '@rollcall/cloud/store/presence-store';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IotEmulator } from './iot-emulator.ts';
import { testAccount } from './test-credentials.ts';

const [main, other] = [OrganizationId.parse('main'), OrganizationId.parse('other')];
const camera = DeviceId.parse('camera-1');
const certificate = 'c'.repeat(64);

describe('the links of devices to AWS IoT', () => {
  const iot = new IotEmulator();
  let links: IotDeviceLinks;
  let presence: PresenceStore;
  let devices: DeviceStore;

  beforeAll(async () => {
    const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
    const endpoint = await iot.start();
    const table = new MemoryTable();
    devices = new DeviceStore(table);
    presence = new PresenceStore(table);
    const clients = {
      iot: new IoTClient({ ...settings, endpoint }),
      data: new IoTDataPlaneClient({ ...settings, endpoint }),
    };
    links = new IotDeviceLinks({ ...clients, devices, presence });
    const at = { doorId: null, lastSeenAt: null, health: null, stillAt: null };
    await devices.create(main, { id: camera, state: 'active', certificate, ...at });
  });
  afterAll(() => iot.stop());
  beforeEach(() => {
    iot.events.length = 0;
    iot.connections.add(camera);
    iot.certificates.set(certificate, 'ACTIVE');
  });

  it('end with the certificate, first of all: the device would be back at once', async () => {
    await links.drop(main, camera);
    expect(iot.events).toEqual([`certificate ${certificate} INACTIVE`, `end ${camera}`]);
    expect(iot.connections.size).toBe(0);
    iot.certificates.clear();
    await links.drop(main, camera);
  });

  it('are those of the organization alone', async () => {
    await links.drop(other, camera);
    await links.drop(main, DeviceId.parse('camera-2'));
    expect(iot.events).toEqual([]);
  });

  it('are known by what IoT tells of them', async () => {
    const connected = { online: true, session: 's', connection: 1, at: 1 };
    await presence.replace(main, camera, connected, () => true);
    expect([...(await links.online(main, [camera, DeviceId.parse('camera-2')]))]).toEqual([camera]);
    expect([...(await links.online(other, [camera]))]).toEqual([]);
  });

  it('cannot be ended while IoT is away', async () => {
    iot.faults.push({ status: 503, kind: 'ServiceUnavailableException' });
    await expect(links.drop(main, camera)).rejects.toMatchObject({ name: 'Unavailable' });
    expect(iot.connections.has(camera)).toBe(true);
  });
});
