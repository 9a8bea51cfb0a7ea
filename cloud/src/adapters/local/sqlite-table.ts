import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { Unavailable } from '@rollcall/kit/app-error';
import { type Clock, systemClock } from '@rollcall/kit/clock';
import type { Item, Key, PutCondition, Query, Table } from '../../ports/table.ts';
import { cursorAfter, positionOf } from '../table-cursor.ts';
import {
  checkAdd,
  checkBatch,
  checkCondition,
  checkItem,
  checkKey,
  checkKeys,
  checkQuery,
  sumOf,
} from '../table-limits.ts';
import { GroupCommit } from './group-commit.ts';
import { sqliteError } from './sqlite-error.ts';
import { queryStatement } from './sqlite-query.ts';
import { prepareSchema } from './sqlite-schema.ts';

const find = 'SELECT version, data FROM items WHERE pk = ? AND sk = ? AND (expires_at IS NULL OR expires_at > ?)';
const upsert = `
  INSERT INTO items (pk, sk, version, expires_at, i1pk, i1sk, i2pk, i2sk, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (pk, sk) DO UPDATE SET version = excluded.version, expires_at = excluded.expires_at, i1pk = excluded.i1pk,
    i1sk = excluded.i1sk, i2pk = excluded.i2pk, i2sk = excluded.i2sk, data = excluded.data`;
const remove = 'DELETE FROM items WHERE pk = ? AND sk = ?';
const purge = 'DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE expires_at <= ? LIMIT 500)';

/** All records in one SQLite file, for one process. Writes of one turn of the event loop share an fsync. */
export class SqliteTable implements Table {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #commits: GroupCommit;

  /** Makes the file if it is missing. @throws Misconfigured for one that is damaged or cannot be written. */
  constructor(path: string, options: { readonly clock?: Clock } = {}) {
    this.#path = path;
    this.#clock = options.clock ?? systemClock;
    this.#database = open(path);
    this.#commits = new GroupCommit(this.#database, (error) => sqliteError(error, path));
  }

  async get(key: Key): Promise<Item | undefined> {
    checkKey(key);
    return this.#read(() => this.#find(key));
  }

  async getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    checkKeys(keys);
    return this.#read(() => keys.map((key) => this.#find(key)));
  }

  async put(item: Item, condition?: PutCondition): Promise<Item> {
    const data = checkItem(item);
    return this.#write(() => this.#put(item, data, condition));
  }

  async batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void> {
    checkBatch(writes.map((write) => ('put' in write ? write.put : write.delete)));
    const jobs = writes.map((write) => {
      if ('delete' in write) return () => this.#remove(write.delete);
      const data = checkItem(write.put);
      return () => void this.#put(write.put, data);
    });
    if (jobs.length === 0) return;
    await this.#write(() => {
      for (const job of jobs) job();
    });
  }

  async add(key: Key, attribute: string, amount: number): Promise<number> {
    checkAdd(key, attribute, amount);
    return this.#write(() => {
      const stored = this.#find(key);
      const sum = sumOf(attribute, stored?.[attribute], amount);
      const item = { ...stored, pk: key.pk, sk: key.sk, [attribute]: sum };
      this.#put(item, checkItem(item));
      return sum;
    });
  }

  async delete(key: Key, condition?: number): Promise<void> {
    checkKey(key);
    await this.#write(() => {
      if (condition !== undefined) checkCondition(key, this.#find(key), condition);
      this.#remove(key);
    });
  }

  async query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }> {
    checkQuery(query);
    const { sql, values } = queryStatement(query, positionOf(query), this.#now());
    const rows = this.#read(() => this.#prepare(sql).all(...values));
    const page = rows.slice(0, query.limit);
    const items = page.map(itemOf);
    const last = items.at(-1);
    if (rows.length === page.length || !last) return { items };
    const range = String(page.at(-1)?.range);
    return { items, cursor: cursorAfter(query, { range, pk: last.pk, sk: last.sk }) };
  }

  /** Deletes what has expired; until then it is hidden. @returns how many. */
  async purgeExpired(): Promise<number> {
    for (let purged = 0; ; ) {
      const { changes } = await this.#write(() => this.#run(purge, this.#now()));
      if (changes === 0) return purged;
      purged += Number(changes);
    }
  }

  /** Writes what waits and closes the file. May be called twice; every other call is refused from then on. */
  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#commits.flush();
    this.#statements.clear();
    this.#database.close();
  }

  #find(key: Key): Item | undefined {
    const row = this.#prepare(find).get(key.pk, key.sk, this.#now());
    return row && itemOf(row);
  }

  #put(item: Item, data: string, condition?: PutCondition): Item {
    const stored = this.#find(item);
    if (condition !== undefined) checkCondition(item, stored, condition);
    const version = (stored?.version ?? 0) + 1;
    const indexes = [item.i1pk, item.i1sk, item.i2pk, item.i2sk].map((part) => part ?? null);
    this.#run(upsert, item.pk, item.sk, version, item.expiresAt ?? null, ...indexes, data);
    return itemOf({ version, data });
  }

  #remove(key: Key): void {
    this.#run(remove, key.pk, key.sk);
  }

  #run(sql: string, ...values: SQLInputValue[]): { changes: number | bigint } {
    return this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #read<T>(work: () => T): T {
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  async #write<T>(work: () => T): Promise<T> {
    this.#assertOpen();
    return this.#commits.run(work);
  }

  #assertOpen(): void {
    if (!this.#database.isOpen) throw new Unavailable(`${this.#path} is closed: the site is stopping`);
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    // For the owner alone, whatever the folder allows; SQLite gives its other files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: 5000 });
    prepareSchema(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error, path);
  }
}

function itemOf(row: Record<string, SQLOutputValue>): Item {
  const data: Item = JSON.parse(String(row.data));
  return { ...data, version: Number(row.version) };
}
