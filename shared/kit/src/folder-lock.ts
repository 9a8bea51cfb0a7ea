import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Conflict, Misconfigured } from './app-error.ts';

/** SQLITE_BUSY. Source: https://www.sqlite.org/rescode.html */
const busy = 5;

/**
 * One process per folder. The lock is SQLite's lock on a file in it, which the kernel drops with the process: none is left over
 * after `kill -9`, and two containers that share the folder see each other.
 */
export class FolderLock {
  #database: DatabaseSync | undefined;

  /**
   * Makes the folder if it is missing. @throws Conflict (code `already-running`, with `message`) when another process has it;
   * Misconfigured when it cannot be used.
   */
  constructor(folder: string, message: string) {
    let database: DatabaseSync | undefined;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
      // With its journal in memory nothing is written, so that a full disk does not keep anybody from starting.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (cause) {
      database?.close();
      if (isBusy(cause)) throw new Conflict(message, { code: 'already-running', cause });
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Misconfigured(`cannot use ${folder} (${reason}): check that it is a folder, and who owns it`, {
        cause,
      });
    }
    this.#database = database;
  }

  /** May be called twice. */
  release(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy;
}
