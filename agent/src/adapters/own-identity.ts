import { readFile } from 'node:fs/promises';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { AppError, Misconfigured } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { type DeviceIdentity, IdentityFiles } from './device-identity.ts';
import { isDiskError } from './disk-error.ts';

export interface OwnIdentityOptions {
  readonly config: Readonly<AgentConfig>;
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
 * device on a wall has nobody to start it again. @throws Misconfigured when there is neither a certificate nor a claim.
 */
export async function findIdentity(options: OwnIdentityOptions): Promise<() => Promise<DeviceIdentity | undefined>> {
  const { config, log } = options;
  const files = new IdentityFiles(config.dataDir);
  const own = await files.load();
  if (own) {
    const serial = config.provisioning?.serial;
    if (serial && serial !== own.device) log.warn('serial-differs', { device: own.device, serial });
    return async () => own;
  }
  const claim = config.provisioning;
  if (!claim) {
    throw new Misconfigured(
      `${config.dataDir} has no device certificate, and the configuration has no "provisioning" to get one with`,
    );
  }
  const [certificatePem, privateKeyPem] = await Promise.all([
    readFile(claim.claimCertFile, 'utf8'),
    readFile(claim.claimKeyFile, 'utf8'),
  ]);
  return () => keepProvisioning(options, claim, { certificatePem, privateKeyPem }, files);
}

/** undefined when the agent was stopped before it came to anything. */
async function keepProvisioning(
  { config, caPem, timer, log, signal }: OwnIdentityOptions,
  { template, serial }: NonNullable<AgentConfig['provisioning']>,
  claim: { certificatePem: string; privateKeyPem: string },
  files: IdentityFiles,
): Promise<DeviceIdentity | undefined> {
  // Only a new device needs what signs requests: a tenth of the agent's memory.
  const { provision } = await import('./fleet-provisioning.ts');
  const { host, port } = config.mqtt;
  const mqtt = { host, port, ...claim, ...(caPem !== undefined && { caPem }) };
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  for (const waitMs of backoff(retry)) {
    if (signal.aborted) return undefined;
    try {
      // A stop does not wait for a broker that does not answer: each step is on the disk before the next.
      return await Promise.race([provision({ mqtt, template, serial, files, log }), stopped]);
    } catch (error) {
      if (!(error instanceof AppError) && !isDiskError(error)) throw error;
      log.error('provisioning-failed', { reason: error.message, waitMs });
    }
    await Promise.race([new Promise<void>((resolve) => timer.after(waitMs, resolve)), stopped]);
  }
  return undefined;
}
