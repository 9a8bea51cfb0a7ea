import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import { type ConfigFile, KeptConfig } from '../ports/config-file.ts';
import { isDiskError } from './disk-error.ts';

/** `config.json` in `dataDir`: what was set from afar. It is the agent's own; `agent.json` is whoever installed it's. */
export class ConfigOnDisk implements ConfigFile {
  readonly #path: string;
  readonly #log: Log;

  constructor(dataDir: string, log: Log) {
    this.#path = join(dataDir, 'config.json');
    this.#log = log;
  }

  async load(): Promise<KeptConfig | undefined> {
    try {
      return KeptConfig.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (err) {
      if (isDiskError(err) && err.code === 'ENOENT') return undefined;
      // What is wanted is asked for again as soon as there is a connection.
      this.#log.error('config-damaged', { path: this.#path, err });
      return undefined;
    }
  }

  async save(kept: KeptConfig): Promise<void> {
    try {
      await writeDurably(this.#path, `${JSON.stringify(kept, null, 2)}\n`);
    } catch (error) {
      if (!isDiskError(error)) throw error;
      throw new Unavailable(`the disk of the device does not take it (${error.code})`, { cause: error });
    }
  }
}
