import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '@rollcall/kit/app-error';

interface Job {
  /** Runs inside the transaction. @returns what to do once it is durable. */
  readonly work: () => () => void;
  readonly reject: (error: unknown) => void;
}

/** Jobs in one transaction, so that the event loop is not held for long by a flood of writes. */
const maxJobs = 256;

/**
 * Writes that arrive in one turn of the event loop share one transaction, and so one fsync. Each promise resolves after it.
 * A job that throws an `AppError` fails alone, so it must throw before it writes; any other error fails the transaction.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #translate: (error: unknown) => unknown;
  #waiting: Job[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor(database: DatabaseSync, translate: (error: unknown) => unknown) {
    this.#database = database;
    this.#translate = translate;
  }

  run<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const job = () => {
      const value = work();
      return () => resolve(value);
    };
    this.#waiting.push({ work: job, reject });
    this.#scheduled ??= setImmediate(() => this.#next());
    return promise;
  }

  /** Writes what waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commit(this.#waiting.splice(0, maxJobs));
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
  }

  #next(): void {
    this.#commit(this.#waiting.splice(0, maxJobs));
    this.#scheduled = this.#waiting.length > 0 ? setImmediate(() => this.#next()) : undefined;
  }

  #commit(jobs: readonly Job[]): void {
    const answers: (() => void)[] = [];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const job of jobs) answers.push(attempt(job));
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      const reason = this.#translate(error);
      for (const job of jobs) job.reject(reason);
      return;
    }
    for (const answer of answers) answer();
  }

  #rollBack(): void {
    try {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // The disk that failed the commit failed this too; the next BEGIN says so to whoever comes next.
    }
  }
}

function attempt(job: Job): () => void {
  try {
    return job.work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return () => job.reject(error);
  }
}
