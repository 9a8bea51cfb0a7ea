import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IoTClient } from '@aws-sdk/client-iot';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotClaims } from '@rollcall/cloud/adapters/aws/iot-claims';
import { IotDeviceCertificates } from '@rollcall/cloud/adapters/aws/iot-device-certificates';
import { CertificateAuthority } from '@rollcall/cloud/adapters/local/certificate-authority';
import { issuedCertificates } from '@rollcall/cloud/adapters/local/issued-certificates';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { siteClaims } from '@rollcall/cloud/adapters/local/site-claims';
import { CertificateStore } from '@rollcall/cloud/store/certificate-store';
import { OrganizationId } from '@rollcall/contract/ids';
import { instantOf, systemClock as clock } from '@rollcall/kit/clock';
import { afterAll, beforeAll, describe } from 'vitest';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { deviceCertificatesContract } from './device-certificates.contract.ts';

const org = OrganizationId.parse('main');

describe('by whom they are issued', () => {
  const iot = new IotEmulator();
  let folder: string;
  let ca: CertificateAuthority;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-certificates-'));
    ca = await CertificateAuthority.open(folder, clock);
  });
  afterAll(async () => {
    await iot.stop();
    await rm(folder, { recursive: true });
  });

  deviceCertificatesContract('the site’s own authority', () => {
    const records = new CertificateStore(new MemoryTable());
    const issued = { template: 'rollcall', prefix: 'rollcall', host: '127.0.0.1', port: () => 8_883 };
    return Promise.resolve({
      certificates: issuedCertificates(records),
      claims: siteClaims({ ca, ...issued }),
      register: async (deviceId) => {
        const { fingerprint } = await ca.claim();
        await records.put(org, { kind: 'device', fingerprint, deviceId, createdAt: instantOf(clock.now()) });
        return fingerprint;
      },
      counts: async (certificate) => (await records.get(org, certificate)) !== undefined,
    });
  });

  deviceCertificatesContract('AWS IoT', async () => {
    const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
    const client = new IoTClient({ ...settings, endpoint: await iot.start() });
    iot.identities.prepared.push(await ca.claim(), await ca.claim());
    return {
      certificates: new IotDeviceCertificates(client),
      claims: new IotClaims(client, 'rollcall-claim'),
      register: async (id) => {
        const { fingerprint } = await ca.claim();
        iot.certificates.set(fingerprint, 'ACTIVE');
        iot.identities.policies.set(fingerprint, 'rollcall-device');
        const attached = iot.identities.things.get(id) ?? new Set();
        iot.identities.things.set(id, attached.add(fingerprint));
        return fingerprint;
      },
      counts: (certificate) => Promise.resolve(iot.certificates.get(certificate) === 'ACTIVE'),
    };
  });
});
