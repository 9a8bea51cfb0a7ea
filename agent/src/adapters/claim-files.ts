import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import { isDiskError } from './disk-error.ts';
import { wipeFile } from './wipe-file.ts';

/** A claim certificate and its key. */
export interface Claim {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What the device came with, shared by a batch of devices: gone as soon as it has something of its own. */
export class ClaimFiles {
  readonly #files: readonly [key: string, certificate: string] | undefined;
  readonly #keep: boolean;
  readonly #log: Log;
  #problem: string | undefined;
  #wiping: Promise<void> | undefined;

  constructor(provisioning: AgentConfig['provisioning'], log: Log) {
    this.#files = provisioning && [provisioning.claimKeyFile, provisioning.claimCertFile];
    this.#keep = provisioning?.keepClaim ?? true;
    this.#log = log;
  }

  /** Why it is still there, in words for ops. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get areThere(): boolean {
    return this.#files?.every((file) => existsSync(file)) ?? false;
  }

  /** Whether the device was given one anew: it has not connected with anything of its own since. */
  get areFresh(): boolean {
    return this.areThere && !this.#keep;
  }

  /** @throws Misconfigured when there is none. */
  async read(): Promise<Claim> {
    const [keyFile, certificateFile] = this.#files ?? [];
    if (keyFile === undefined || certificateFile === undefined) throw new Misconfigured('there is no claim');
    try {
      const [certificatePem, privateKeyPem] = await Promise.all([
        readFile(certificateFile, 'utf8'),
        readFile(keyFile, 'utf8'),
      ]);
      return { certificatePem, privateKeyPem };
    } catch (cause) {
      if (!isDiskError(cause)) throw cause;
      throw new Misconfigured(`the claim cannot be read (${cause.message}): prepare the device anew`, { cause });
    }
  }

  /**
   * Once the device has connected with its own certificate, or is taken out of service. Does nothing when it is gone, or to be kept for
   * others.
   */
  wipe(): Promise<void> {
    this.#wiping ??= this.#wipe().finally(() => {
      this.#wiping = undefined;
    });
    return this.#wiping;
  }

  async #wipe(): Promise<void> {
    if (!this.#files || this.#keep) return;
    const there = this.#files.filter((file) => existsSync(file));
    if (there.length === 0) return;
    try {
      // The key first: it is what is worth something.
      for (const file of there) await wipeFile(file);
      this.#problem = undefined;
      this.#log.info('claim-wiped', { files: there });
    } catch (error) {
      if (!isDiskError(error)) throw error;
      this.#problem = `the claim key is still on the device (${error.code} ${error.path ?? ''}): remove it, or let the agent write there`;
      this.#log.error('claim-not-wiped', { reason: this.#problem });
    }
  }
}
