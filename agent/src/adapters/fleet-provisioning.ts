import { createPrivateKey } from 'node:crypto';
import type { DeviceId } from '@rollcall/contract/ids';
import type { Log } from '@rollcall/kit/log';
import type { DeviceIdentity, IdentityFiles } from './device-identity.ts';
import type { MqttClientOptions } from './mqtt-client.ts';
import { askIdentityService, visit } from './mqtt-visit.ts';
import { obtainCertificate } from './obtain-certificate.ts';
import { newPrivateKey } from './signing-request.ts';

export interface ProvisioningOptions {
  /** The claim certificate and its key. */
  readonly mqtt: Omit<MqttClientOptions, 'clientId'>;
  readonly template: string;
  readonly serial: DeviceId;
  readonly files: IdentityFiles;
  readonly log: Log;
}

/**
 * First contact: a certificate of its own for the device, by Fleet Provisioning with a claim certificate and a signing request, so
 * that the private key never leaves the device. Each step is on disk before the next, and a repetition goes on from there.
 * Source: "Provisioning by claim", AWS IoT developer guide.
 * @throws Unavailable when nobody answers, Denied when the claim or the serial number is not allowed.
 */
export async function provision(options: ProvisioningOptions): Promise<DeviceIdentity> {
  const { mqtt, template, serial, files, log } = options;
  const key = await files.loadKey();
  const isGood = key !== undefined && isPrivateKey(key);
  const privateKeyPem = isGood ? key : await makeKey(files);
  // Of another key it would be of no use.
  const pending = isGood ? await files.loadPending() : undefined;
  const clientOptions = { ...mqtt, clientId: `claim-${serial}` };
  const identity = await visit(clientOptions, 'the claim certificate', (client) =>
    askIdentityService(client, (service) =>
      obtainCertificate({
        service,
        template,
        serial,
        privateKeyPem,
        pending,
        savePending: (issued) => files.savePending(issued),
        dropPending: () => files.dropPending(),
        log,
      }),
    ),
  );
  await files.save(identity);
  log.info('provisioned', { device: identity.device });
  return { ...identity, privateKeyPem };
}

/** One that was damaged is none. */
function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === 'private';
  } catch {
    return false;
  }
}

async function makeKey(files: IdentityFiles): Promise<string> {
  const pem = await newPrivateKey();
  await files.saveKey(pem);
  return pem;
}
