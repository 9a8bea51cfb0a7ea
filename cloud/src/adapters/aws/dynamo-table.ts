import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Unavailable } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import { type Clock, systemClock } from '@rollcall/kit/clock';
import type { Item, Key, PutCondition, Query, Table } from '../../ports/table.ts';
import { cursorAfter, positionOf } from '../table-cursor.ts';
import { checkAdd, checkBatch, checkItem, checkKey, checkKeys, checkQuery, conditionFailed } from '../table-limits.ts';
import { isEmptyRange, positionIn, queryInput, startKey } from './dynamo-query.ts';
import { DynamoRequests, keyAttributes } from './dynamo-requests.ts';

export interface DynamoTableOptions {
  /** Made with `awsClientSettings`; ended by who made it. */
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default the system's */
  readonly clock?: Clock;
}

/** ms between tries of a write that others were quicker than. */
const contention = () => [0, 0, ...backoff({ firstMs: 4, maxMs: 100, attempts: 40 })];
/** ms between reads of what a batch did not get to. */
const unprocessed = () => [0, ...backoff({ firstMs: 25, maxMs: 800, attempts: 6 })];
/** Items that one request may look at, expired ones included. */
const mostAtOnce = 2_000;

/**
 * All records in one DynamoDB table, whose keys `tableSchema` names. Gets and queries of the table itself are consistent. Its
 * indexes lag behind, mostly by milliseconds: what is read from them is for lists and for timers that look again, and whatever is
 * decided is decided by a conditional write.
 */
export class DynamoTable implements Table {
  readonly #requests: DynamoRequests;
  readonly #clock: Clock;

  constructor(options: DynamoTableOptions) {
    this.#requests = new DynamoRequests(options.client, options.tableName);
    this.#clock = options.clock ?? systemClock;
  }

  async get(key: Key): Promise<Item | undefined> {
    checkKey(key);
    return this.#alive((await this.#requests.get(key))?.item);
  }

  async getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    checkKeys(keys);
    const found = new Map<string, Item>();
    // DynamoDB refuses a key that is named twice.
    let missing: readonly ReturnType<typeof keyAttributes>[] = [
      ...new Map(keys.map((key) => [idOf(key), keyAttributes(key)])).values(),
    ];
    for (const waitMs of unprocessed()) {
      if (missing.length === 0) return keys.map((key) => this.#alive(found.get(idOf(key))));
      if (waitMs > 0) await wait(waitMs);
      const { items, unread } = await this.#requests.getSome(missing);
      for (const item of items) found.set(idOf(item), item);
      missing = unread;
    }
    throw new Unavailable(`DynamoDB left ${missing.length} of ${keys.length} items unread: it is throttling`);
  }

  async put(item: Item, condition?: PutCondition): Promise<Item> {
    return this.#put(JSON.parse(checkItem(item)), condition);
  }

  /** A write of its own each, all at once: DynamoDB's batches can neither count versions nor check anything. */
  async batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void> {
    checkBatch(writes.map((write) => ('put' in write ? write.put : write.delete)));
    const jobs = writes.map((write): (() => Promise<unknown>) => {
      if ('delete' in write) return () => this.#delete(write.delete);
      const data: Item = JSON.parse(checkItem(write.put));
      return () => this.#put(data);
    });
    const results = await Promise.allSettled(jobs.map((job) => job()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** An addition counts twice only if its answer was lost and another one came before it was sent again. */
  async add(key: Key, attribute: string, amount: number): Promise<number> {
    checkAdd(key, attribute, amount);
    const mark = newMark();
    for (const waitMs of contention()) {
      if (waitMs > 0) await wait(waitMs);
      const added = await this.#requests.add(key, attribute, amount, mark, this.#now());
      if (added.done) return added.value;
      // What is there has expired, and nothing of it may live on.
      const first = { pk: key.pk, sk: key.sk, [attribute]: amount, version: 1 };
      if ((await this.#requests.put(first, mark, 'absent', this.#now())).done) return amount;
    }
    throw tooBusy(key);
  }

  async delete(key: Key, condition?: number): Promise<void> {
    checkKey(key);
    await this.#delete(key, condition);
  }

  async query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }> {
    checkQuery(query);
    const after = positionOf(query);
    if (isEmptyRange(query.range)) return { items: [] };
    const input = queryInput(query, this.#now());
    const items: Item[] = [];
    let start = after && startKey(query, after);
    // One more than asked for says whether there is another page. An answer is short when it met expired items, or 1 MB. Of those there may be
    // days’ worth, since DynamoDB takes its time: so each time more is read, and a thousand of them are not a thousand requests.
    let Limit = query.limit + 1;
    do {
      const page = await this.#requests.query({ ...input, Limit, ...(start && { ExclusiveStartKey: start }) });
      items.push(...page.items);
      start = page.next;
      Limit = Math.min(4 * Limit, mostAtOnce);
    } while (start && items.length <= query.limit);
    const last = items[query.limit - 1];
    if (items.length <= query.limit || !last) return { items };
    return { items: items.slice(0, query.limit), cursor: cursorAfter(query, positionIn(query, last)) };
  }

  /** Without a condition it takes the item for new first: the failure brings the version that is there, and saves a read. */
  async #put(data: Item, condition?: PutCondition): Promise<Item> {
    const mark = newMark();
    let expected: PutCondition = condition ?? 'absent';
    for (const waitMs of contention()) {
      if (waitMs > 0) await wait(waitMs);
      const item = { ...data, version: expected === 'absent' ? 1 : expected + 1 };
      const outcome = await this.#requests.put(item, mark, expected, this.#now());
      if (outcome.done) return outcome.value;
      const stored = this.#alive(outcome.stored?.item);
      if (condition !== undefined) throw conditionFailed(data, stored, condition);
      expected = stored?.version ?? 'absent';
    }
    throw tooBusy(data);
  }

  async #delete(key: Key, condition?: number): Promise<void> {
    const outcome = await this.#requests.delete(key, condition, this.#now());
    if (outcome.done) return;
    throw conditionFailed(key, this.#alive(outcome.stored?.item), condition ?? 'absent');
  }

  #alive(item: Item | undefined): Item | undefined {
    return item && (item.expiresAt === undefined || item.expiresAt > this.#now()) ? item : undefined;
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function newMark(): string {
  return randomBytes(12).toString('base64url');
}

function idOf(key: Key): string {
  return JSON.stringify([key.pk, key.sk]);
}

function tooBusy(key: Key): Unavailable {
  return new Unavailable(`too many write ${key.pk} ${key.sk} at once: try again`);
}
