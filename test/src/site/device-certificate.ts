import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceIdentity, IdentityFiles } from '@rollcall/agent/adapters/device-identity';
import { provision } from '@rollcall/agent/adapters/fleet-provisioning';
import { DeviceId } from '@rollcall/contract/ids';
import { silentLog } from '@rollcall/kit/log';
import type { Site } from './start-site.ts';

/** What a device needs to connect: who it is, and the CA that it trusts. */
export interface DeviceCertificate extends DeviceIdentity {
  readonly caPem: string;
}

/** Puts a device on the allow-list, at a door if one is given. */
export async function allow(site: Site, id: string, doorId?: string): Promise<void> {
  const { status, body } = await site.api('POST', '/v1/devices', { id, ...(doorId === undefined ? {} : { doorId }) });
  if (status !== 201) throw new Error(`device ${id} was not allowed: ${JSON.stringify(body)}`);
}

/** First contact with the site's claim, by the agent's own code. @throws Denied when the device is not allowed. */
export async function certificateFor(site: Site, id: string): Promise<DeviceCertificate> {
  const [caPem, certificatePem, privateKeyPem] = await Promise.all(
    ['ca.pem', 'claim.pem', 'claim.key'].map((file) => readFile(join(site.dataDir, 'ca', file), 'utf8')),
  );
  if (!caPem || !certificatePem || !privateKeyPem) throw new Error('the claim files are empty');
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-device-'));
  try {
    const identity = await provision({
      mqtt: { host: '127.0.0.1', port: site.mqttPort, caPem, certificatePem, privateKeyPem },
      template: 'rollcall',
      serial: DeviceId.parse(id),
      files: new IdentityFiles(folder),
      log: silentLog,
    });
    return { ...identity, caPem };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
