import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobDetails, JobDocument, JobId } from '@rollcall/contract/device-job';
import type { Log } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';
import type { HeldJob, JobMemory } from '../ports/job-memory.ts';
import { isDiskError } from './disk-error.ts';

const StoredJob = z.object({
  jobId: JobId,
  document: JobDocument,
  version: z.int(),
  phase: z.enum(['begun', 'restarting']),
  resumed: z.boolean(),
  outcome: z
    .discriminatedUnion('status', [
      z.object({ status: z.literal('SUCCEEDED'), details: JobDetails.exactOptional() }),
      z.object({ status: z.enum(['FAILED', 'REJECTED']), reason: z.string(), details: JobDetails.exactOptional() }),
    ])
    .exactOptional(),
});

/** The job in hand as `job.json` in the data folder. What cannot be read is no job: the queue has it, and hears that it failed. */
export class JobFile implements JobMemory {
  readonly #path: string;
  readonly #log: Log;
  #held: HeldJob | undefined;
  #isLoaded = false;

  constructor(dataDir: string, log: Log) {
    this.#path = join(dataDir, 'job.json');
    this.#log = log;
  }

  async load(): Promise<HeldJob | undefined> {
    if (!this.#isLoaded) this.#held = await this.#read();
    this.#isLoaded = true;
    return this.#held;
  }

  async save(job: HeldJob): Promise<void> {
    this.#held = job;
    this.#isLoaded = true;
    await this.#tried(() => writeDurably(this.#path, JSON.stringify(job)));
  }

  async clear(): Promise<void> {
    this.#held = undefined;
    this.#isLoaded = true;
    await this.#tried(() => rm(this.#path, { force: true }));
  }

  async #read(): Promise<HeldJob | undefined> {
    try {
      return StoredJob.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (error) {
      if (!isDiskError(error) || error.code !== 'ENOENT') this.#log.warn('job-unreadable', { path: this.#path });
      return undefined;
    }
  }

  async #tried(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isDiskError(error)) throw error;
      this.#log.warn('job-not-kept', { code: error.code });
    }
  }
}
