import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { AppError } from '@rollcall/kit/app-error';
import { IdentityFiles } from '../adapters/device-identity.ts';
import type { Finding } from './finding.ts';

/** How the device shows who it is: its own certificate, or the claim before the first contact. */
export interface Credentials {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly clientId: string;
}

/** Whether they are good for first contact only. */
export function isClaim({ clientId }: Pick<Credentials, 'clientId'>): boolean {
  return clientId.startsWith('claim-');
}

const dayMs = 86_400_000;
const soonDays = 14;
const check = 'certificate';

/** Whether there is a certificate to connect with, that its key belongs to it, and for how long it is good. */
export async function checkCertificate(
  config: Readonly<AgentConfig>,
): Promise<{ readonly finding: Finding; readonly credentials?: Credentials }> {
  try {
    const credentials = await readCredentials(config);
    if (!credentials) return { finding: nothingToConnectWith };
    const { certificatePem, privateKeyPem, clientId } = credentials;
    const certificate = new X509Certificate(certificatePem);
    const is = isClaim({ clientId }) ? `the claim for ${clientId.slice(6)}` : clientId;
    if (!certificate.checkPrivateKey(createPrivateKey(privateKeyPem))) {
      const todo = 'restore the files that belong together, or delete device.json and device.key to provision anew';
      return {
        finding: { check, verdict: 'problem', says: `${is}: certificate and key do not belong together`, todo },
      };
    }
    return { finding: age(is, certificate, isClaim({ clientId })), credentials };
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    const todo = error instanceof AppError ? 'see above' : 'check that the files are PEM, and who may read them';
    return { finding: { check, verdict: 'problem', says, todo } };
  }
}

const nothingToConnectWith: Finding = {
  check,
  verdict: 'problem',
  says: 'there is neither a certificate of the device nor a claim to get one with',
  todo: 'prepare the device: rollcall device prepare SERIAL, or add "provisioning" to its configuration',
};

async function readCredentials({ dataDir, provisioning }: Readonly<AgentConfig>): Promise<Credentials | undefined> {
  const own = await new IdentityFiles(dataDir).load();
  if (own) return { ...own, clientId: own.device };
  if (!provisioning) return undefined;
  const [certificatePem, privateKeyPem] = await Promise.all([
    readFile(provisioning.claimCertFile, 'utf8'),
    readFile(provisioning.claimKeyFile, 'utf8'),
  ]);
  return { certificatePem, privateKeyPem, clientId: `claim-${provisioning.serial}` };
}

function age(is: string, certificate: X509Certificate, claims: boolean): Finding {
  const days = Math.floor((certificate.validToDate.getTime() - Date.now()) / dayMs);
  const until = `${is}, good until ${certificate.validToDate.toISOString().slice(0, 10)}`;
  if (certificate.validFromDate.getTime() > Date.now()) {
    return { check, verdict: 'problem', says: `${until}, and not yet: is the clock right?` };
  }
  if (days < 0) {
    const todo = `give it a new claim (rollcall device prepare): ${claims ? 'with one that has ended no device registers' : 'an expired certificate cannot renew itself'}`;
    return { check, verdict: 'problem', says: `${until}: it has expired`, todo };
  }
  if (days >= soonDays) return { check, verdict: 'ok', says: until };
  return {
    check,
    verdict: 'warning',
    says: `${until}, in ${days} days`,
    todo: claims
      ? 'see in the log why the device did not register with it yet'
      : 'it renews itself; see in the log why it did not',
  };
}
