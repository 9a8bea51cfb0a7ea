import { IoTClient } from '@aws-sdk/client-iot';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotClaims } from '@rollcall/cloud/adapters/aws/iot-claims';
import { IotDeviceCertificates } from '@rollcall/cloud/adapters/aws/iot-device-certificates';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IotEmulator } from './iot-emulator.ts';
import { testAccount } from './test-credentials.ts';

const org = OrganizationId.parse('main');
const camera = DeviceId.parse('camera-1');
const [old, present] = ['a'.repeat(64), 'b'.repeat(64)];

describe('certificates on AWS IoT', () => {
  const iot = new IotEmulator();
  let certificates: IotDeviceCertificates;
  let claims: IotClaims;

  beforeAll(async () => {
    const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
    const client = new IoTClient({ ...settings, endpoint: await iot.start() });
    certificates = new IotDeviceCertificates(client);
    claims = new IotClaims(client, 'rollcall-claim');
  });
  afterAll(() => iot.stop());
  beforeEach(() => {
    iot.certificates.clear();
    for (const certificate of [old, present]) {
      iot.certificates.set(certificate, 'ACTIVE');
      iot.identities.policies.set(certificate, 'rollcall-device');
    }
    iot.identities.things.set(camera, new Set([old, present]));
  });

  it('are taken back for good, and what the device goes on with is not touched', async () => {
    await certificates.retire(org, camera, old);
    expect([...iot.certificates]).toEqual([[present, 'ACTIVE']]);
    expect([...(iot.identities.things.get(camera) ?? [])]).toEqual([present]);
    // Once more, as after an answer that was lost.
    await certificates.retire(org, camera, old);
  });

  it.each([0, 1, 2, 3])(
    'are worthless before anything can go wrong, and the rest is done again: fault at call %i',
    async (call) => {
      const faults = Array.from({ length: call }, () => undefined);
      const serve = iot.faults;
      let calls = 0;
      const shift = serve.shift.bind(serve);
      serve.shift = () => (calls++ === faults.length ? { status: 503, kind: 'ServiceUnavailableException' } : shift());
      try {
        await expect(certificates.retire(org, camera, old)).rejects.toMatchObject({ name: 'Unavailable' });
      } finally {
        serve.shift = shift;
      }
      expect(iot.certificates.get(old)).toBe(call < 2 ? 'ACTIVE' : 'INACTIVE');
      await certificates.retire(org, camera, old);
      expect(iot.certificates.has(old)).toBe(false);
    },
  );

  it('go before the thing does', async () => {
    await expect(certificates.forget(org, camera)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    for (const certificate of [old, present]) await certificates.retire(org, camera, certificate);
    await certificates.forget(org, camera);
    expect(iot.identities.things.has(camera)).toBe(false);
    await certificates.forget(org, camera);
  });

  it('that are claims may what their policy says, from when they have it', async () => {
    const claim = await claims.issue();
    expect(iot.certificates.get(claim.fingerprint)).toBe('ACTIVE');
    expect(iot.identities.policies.get(claim.fingerprint)).toBe('rollcall-claim');
    await claims.withdraw(claim.fingerprint);
    expect(iot.certificates.has(claim.fingerprint)).toBe(false);
    await claims.withdraw(claim.fingerprint);
    iot.faults.push({ status: 429, kind: 'ThrottlingException' });
    await expect(claims.issue()).rejects.toMatchObject({ name: 'Unavailable' });
  });
});
