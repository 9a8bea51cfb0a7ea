import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Conflict } from '@rollcall/kit/app-error';

/**
 * One process per data folder. The lock is SQLite's own file lock, which the kernel drops when the process dies, so there is
 * none left over after `kill -9`. @throws Conflict (code `already-running`) when another process has the folder.
 */
export class DataLock {
  #database: DatabaseSync | undefined;

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(join(dataDir, 'lock'), { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      throw new Conflict(
        `Rollcall is already running on ${dataDir}. Stop it first, or start this one with another --data folder.`,
        { code: 'already-running', cause },
      );
    }
    this.#database = database;
  }

  /** May be called twice. */
  release(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}
