import type { AgentConfig } from '@rollcall/contract/agent-config';
import { AppError, Misconfigured } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { Claim, ClaimFiles } from './claim-files.ts';
import type { DeviceIdentity, IdentityFiles } from './device-identity.ts';
import { isDiskError } from './disk-error.ts';
import type { MqttClientOptions } from './mqtt-client.ts';

export interface OwnIdentityOptions {
  readonly config: Readonly<AgentConfig>;
  readonly files: IdentityFiles;
  readonly claimFiles: ClaimFiles;
  /** PEM of the broker's CA; the system's if absent. */
  readonly caPem: string | undefined;
  readonly timer: Timer;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Somebody has to allow the device first, or bring the network back. */
const retry = { firstMs: 2_000, maxMs: 300_000 };

/**
 * How the device gets to know who it is: from its files at once, or at first contact, tried for as long as it takes, because a
 * device on a wall has nobody to start it again. A device that was given a claim anew lost its access, or is to be another one: it is who
 * it was if the broker takes that, and else comes with the claim. One whose files are damaged is nobody until then, and watches its door.
 * @throws Misconfigured when there is neither a certificate nor a claim.
 */
export async function findIdentity(options: OwnIdentityOptions): Promise<() => Promise<DeviceIdentity | undefined>> {
  const { config, files, claimFiles, log } = options;
  const claim = config.provisioning;
  let own: DeviceIdentity | undefined;
  try {
    own = await files.load();
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    log.error('not-connected', { reason: error.message });
    if (!claimFiles.areFresh) return async () => undefined;
  }
  if (own && claim && claim.serial !== own.device) {
    log.warn('serial-differs', { device: own.device, serial: claim.serial });
  }
  if (own && !(claim && claimFiles.areFresh)) return async () => own;
  if (!claim) {
    throw new Misconfigured(
      `${config.dataDir} has no device certificate, and the configuration has no "provisioning" to get one with`,
    );
  }
  const pair = await claimFiles.read();
  return () => keepProvisioning(options, claim, pair, own?.device === claim.serial ? own : undefined);
}

/** undefined when the agent was stopped before it came to anything. @param own the identity that may still be good */
async function keepProvisioning(
  { config, files, caPem, timer, log, signal }: OwnIdentityOptions,
  { template, serial }: NonNullable<AgentConfig['provisioning']>,
  claim: Claim,
  own: DeviceIdentity | undefined,
): Promise<DeviceIdentity | undefined> {
  // Only a new device needs what signs requests: a tenth of the agent's memory.
  const [{ provision }, { visit }] = await Promise.all([import('./fleet-provisioning.ts'), import('./mqtt-visit.ts')]);
  const { host, port } = config.mqtt;
  const broker = { host, port, ...(caPem !== undefined && { caPem }) };
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const identify = async () => {
    if (own && (await connects(visit, broker, own, log))) return own;
    // With the key that it has; its files are what they were until there is another certificate.
    return provision({ mqtt: { ...broker, ...claim }, template, serial, files, log });
  };
  for (const waitMs of backoff(retry)) {
    if (signal.aborted) return undefined;
    try {
      // A stop does not wait for a broker that does not answer: each step is on the disk before the next.
      return await Promise.race([identify(), stopped]);
    } catch (error) {
      if (!(error instanceof AppError) && !isDiskError(error)) throw error;
      log.error('provisioning-failed', { reason: error.message, waitMs });
    }
    await Promise.race([new Promise<void>((resolve) => timer.after(waitMs, resolve)), stopped]);
  }
  return undefined;
}

/** Whether the broker takes the device as it is. */
async function connects(
  visit: typeof import('./mqtt-visit.ts').visit,
  broker: Pick<MqttClientOptions, 'host' | 'port' | 'caPem'>,
  { device: clientId, certificatePem, privateKeyPem }: DeviceIdentity,
  log: Log,
): Promise<boolean> {
  try {
    await visit({ ...broker, clientId, certificatePem, privateKeyPem }, "this device's certificate", async () => {});
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.warn('own-certificate-not-taken', { reason: error.message });
    return false;
  }
}
