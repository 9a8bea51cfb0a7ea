import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { nodeDisk } from '@rollcall/kit/disk';
import type { Log } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { JobMemory } from '../ports/job-memory.ts';
import type { ClaimFiles } from './claim-files.ts';
import type { IdentityFiles } from './device-identity.ts';
import { isDiskError } from './disk-error.ts';
import { wipeFile } from './wipe-file.ts';

export interface WipeOptions {
  readonly dataDir: string;
  /** `agent.json`, which may hold a camera’s password. */
  readonly configFile: string;
  readonly files: IdentityFiles;
  readonly claimFiles: ClaimFiles;
  /** Ends the agent for good. */
  readonly end: () => void;
  readonly log: Log;
}

/** Says that this device was wiped, and stays. */
const mark = 'wiped.json';
/** What the agent keeps in its data folder, which may be a folder with other things in it, besides who it is. */
const own = ['outbox', 'parked', 'config.json', 'log.old', 'log'];

/**
 * Forgetting everything, in two steps with the cloud's receipt in between: first what waited, what was learned and how it was set up;
 * then, once the job's end was taken, who the device is.
 */
export class Wipe {
  readonly #options: WipeOptions;

  constructor(options: WipeOptions) {
    this.#options = options;
  }

  /** Whether the first step was begun, by this process or an earlier one. */
  get isBegun(): boolean {
    return existsSync(this.#path(mark));
  }

  /**
   * What an earlier process was cut off in. Without an identity there is nothing left to tell anybody. A wiped device that got a claim
   * begins anew. @throws Misconfigured for one that did not.
   */
  async resume(): Promise<void> {
    const { files, claimFiles, log } = this.#options;
    if (!this.isBegun || (await files.load())) return;
    await files.wipe();
    if (!claimFiles.areThere) {
      throw new Misconfigured('this device was taken out of service and wiped: prepare it anew to use it again');
    }
    await rm(this.#path(mark), { force: true });
    log.info('wiped-device-begins-anew');
  }

  /** The first step. @returns what could not be removed. */
  async forget(): Promise<readonly string[]> {
    const { claimFiles, configFile, dataDir } = this.#options;
    await writeDurably(this.#path(mark), `${JSON.stringify({ wiped: 'begun' })}\n`, { mode: 0o644 });
    await claimFiles.wipe();
    // What was sealed with it is unreadable from here on, however much of it outlives its file.
    const left = await this.#tried(this.#path('outbox.key'), wipeFile);
    for (const name of own) left.push(...(await this.#tried(this.#path(name), removeAll)));
    left.push(...(await this.#tried(configFile, wipeFile)));
    await nodeDisk.syncFolder(dataDir);
    return left;
  }

  /** The memory of jobs, whose clearing after the first step says that the cloud knows: the second step follows. */
  after(memory: JobMemory): JobMemory {
    return {
      load: () => memory.load(),
      save: (job) => memory.save(job),
      clear: async () => {
        const wiped = this.isBegun && (await memory.load())?.outcome?.status === 'SUCCEEDED';
        await memory.clear();
        if (wiped) await this.#finish();
      },
    };
  }

  async #finish(): Promise<void> {
    const { files, log, end } = this.#options;
    await files.wipe();
    await writeDurably(this.#path(mark), `${JSON.stringify({ wiped: 'done' })}\n`, { mode: 0o644 });
    log.info('wiped');
    end();
  }

  async #tried(path: string, remove: (path: string) => Promise<void>): Promise<string[]> {
    try {
      await remove(path);
      return [];
    } catch (error) {
      if (!isDiskError(error)) throw error;
      this.#options.log.error('not-wiped', { path, code: error.code });
      return [path];
    }
  }

  #path(name: string): string {
    return join(this.#options.dataDir, name);
  }
}

function removeAll(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
