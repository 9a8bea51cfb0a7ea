import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnLog } from '../ports/own-log.ts';
import { isDiskError } from './disk-error.ts';

/** Of each of the two files. */
const defaultMaxBytes = 128 * 1024;

/**
 * The last of the log in the data folder, `log` and `log.old`, so that it can be asked for from afar whatever else keeps it. Lines that the
 * disk does not take are lost here, and never keep the agent from logging.
 */
export class LogFile implements OwnLog {
  readonly #folder: string;
  readonly #maxBytes: number;
  #file: number | undefined;
  #bytes = 0;

  constructor(dataDir: string, maxBytes = defaultMaxBytes) {
    this.#folder = dataDir;
    this.#maxBytes = maxBytes;
  }

  /** Adds a line as it is logged, without waiting for the disk. */
  write(line: string): void {
    try {
      this.#file ??= this.#open();
      this.#bytes += writeSync(this.#file, line);
      if (this.#bytes >= this.#maxBytes) this.#turn();
    } catch (error) {
      if (!isDiskError(error)) throw error;
      this.close();
    }
  }

  async tail(lines: number): Promise<string[]> {
    const texts = await Promise.all([this.#old, this.#current].map(textIn));
    const all = texts.join('').split('\n').filter(Boolean);
    return all.slice(-lines);
  }

  /** May be called twice; the next line opens it again. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  get #current(): string {
    return join(this.#folder, 'log');
  }

  get #old(): string {
    return join(this.#folder, 'log.old');
  }

  #open(): number {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = openSync(this.#current, 'a', 0o600);
    this.#bytes = fstatSync(file).size;
    return file;
  }

  #turn(): void {
    this.close();
    renameSync(this.#current, this.#old);
  }
}

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isDiskError(error)) return '';
    throw error;
  }
}
