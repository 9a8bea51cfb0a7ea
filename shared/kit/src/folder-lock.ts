import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Conflict } from './app-error.ts';

/**
 * One process per folder. The lock is SQLite's lock on a file in it, which the kernel drops with the process: none is left over
 * after `kill -9`, and two containers that share the folder see each other.
 */
export class FolderLock {
  #database: DatabaseSync | undefined;

  /** @throws Conflict (code `already-running`, with `message`) when another process has it. */
  constructor(folder: string, message: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      throw new Conflict(message, { code: 'already-running', cause });
    }
    this.#database = database;
  }

  /** May be called twice. */
  release(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}
