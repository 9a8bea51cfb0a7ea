import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceShadows } from '@rollcall/cloud/adapters/aws/iot-device-shadows';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { SiteShadows } from '@rollcall/cloud/adapters/local/site-shadows';
import { ShadowStore } from '@rollcall/cloud/store/shadow-store';
import { configShadow } from '@rollcall/contract/topics';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { silentLog as log } from '@rollcall/kit/log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { deviceShadowsContract } from './device-shadows.contract.ts';

const org = OrganizationId.parse('main');

deviceShadowsContract('the site’s broker', () => {
  const shadows = new SiteShadows({
    shadows: new ShadowStore(new MemoryTable()),
    publish: () => Promise.resolve(),
    clock,
    log,
  });
  const report = (id: DeviceId, reported: object) =>
    shadows.answer(org, id, 'update', Buffer.from(JSON.stringify({ state: { reported } })));
  return Promise.resolve({ shadows, report });
});

describe('on AWS IoT', () => {
  const iot = new IotEmulator();
  let shadows: IotDeviceShadows;
  beforeAll(async () => {
    const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
    shadows = new IotDeviceShadows(new IoTDataPlaneClient({ ...settings, endpoint: await iot.start() }));
  });
  afterAll(() => iot.stop());

  deviceShadowsContract('AWS IoT', () => {
    return Promise.resolve({
      shadows,
      report: (id, reported) => Promise.resolve(iot.shadows.report(id, configShadow, reported)),
    });
  });

  it('a service that is away is told from a role that may not', async () => {
    const id = DeviceId.parse('camera-9');
    iot.faults.push({ status: 503, kind: 'ServiceUnavailableException' });
    await expect(shadows.get(org, id)).rejects.toMatchObject({ name: 'Unavailable' });
    iot.faults.push({ status: 403, kind: 'ForbiddenException' });
    await expect(shadows.setDesired(org, id, { a: 1 }, undefined)).rejects.toMatchObject({ name: 'Misconfigured' });
  });

  it('a device that has not come yet cannot be set up, and is said so', async () => {
    iot.faults.push({ status: 404, kind: 'ResourceNotFoundException' });
    await expect(shadows.setDesired(org, DeviceId.parse('camera-9'), { a: 1 }, undefined)).rejects.toThrow(
      'not come yet',
    );
  });
});
