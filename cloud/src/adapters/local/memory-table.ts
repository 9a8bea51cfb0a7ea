import { type Clock, systemClock } from '@rollcall/kit/clock';
import type { Item, Key, PutCondition, Query, Table } from '../../ports/table.ts';
import { cursorAfter, type Position, positionOf } from '../table-cursor.ts';
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

/** A `Table` for tests: it keeps nothing and reads an index by looking at everything. */
export class MemoryTable implements Table {
  readonly #partitions = new Map<string, Map<string, Item>>();
  readonly #clock: Clock;

  constructor(options: { readonly clock?: Clock } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  async get(key: Key): Promise<Item | undefined> {
    checkKey(key);
    const item = this.#find(key);
    return item && structuredClone(item);
  }

  async getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    checkKeys(keys);
    return keys.map((key) => structuredClone(this.#find(key)));
  }

  async put(item: Item, condition?: PutCondition): Promise<Item> {
    return structuredClone(this.#put(item, condition));
  }

  async batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void> {
    checkBatch(writes.map((write) => ('put' in write ? write.put : write.delete)));
    for (const write of writes) if ('put' in write) checkItem(write.put);
    for (const write of writes) {
      if ('put' in write) this.#put(write.put);
      else this.#remove(write.delete);
    }
  }

  async add(key: Key, attribute: string, amount: number): Promise<number> {
    checkAdd(key, attribute, amount);
    const item = this.#find(key);
    const sum = sumOf(attribute, item?.[attribute], amount);
    this.#put({ ...item, pk: key.pk, sk: key.sk, [attribute]: sum });
    return sum;
  }

  async delete(key: Key, condition?: number): Promise<void> {
    checkKey(key);
    if (condition !== undefined) checkCondition(key, this.#find(key), condition);
    this.#remove(key);
  }

  async query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }> {
    checkQuery(query);
    const after = positionOf(query);
    const sign = query.order === 'descending' ? -1 : 1;
    const found = this.#inPartition(query)
      .filter(({ position }) => inRange(query, position.range))
      .filter(({ position }) => !after || sign * comparePositions(position, after) > 0)
      .sort((a, b) => sign * comparePositions(a.position, b.position));
    const page = found.slice(0, query.limit);
    const items = page.map(({ item }) => structuredClone(item));
    const last = page.at(-1);
    return found.length > page.length && last ? { items, cursor: cursorAfter(query, last.position) } : { items };
  }

  #find(key: Key): Item | undefined {
    const item = this.#partitions.get(key.pk)?.get(key.sk);
    return item && this.#isAlive(item) ? item : undefined;
  }

  #isAlive(item: Item): boolean {
    return item.expiresAt === undefined || item.expiresAt > Math.floor(this.#clock.now() / 1000);
  }

  #put(item: Item, condition?: PutCondition): Item {
    const data: Item = JSON.parse(checkItem(item));
    const stored = this.#find(item);
    if (condition !== undefined) checkCondition(item, stored, condition);
    const written = { ...data, version: (stored?.version ?? 0) + 1 };
    const partition = this.#partitions.get(item.pk) ?? new Map<string, Item>();
    this.#partitions.set(item.pk, partition.set(item.sk, written));
    return written;
  }

  #remove(key: Key): void {
    const partition = this.#partitions.get(key.pk);
    partition?.delete(key.sk);
    if (partition?.size === 0) this.#partitions.delete(key.pk);
  }

  #inPartition(query: Query): { readonly item: Item; readonly position: Position }[] {
    const { index, partition } = query;
    const found: { readonly item: Item; readonly position: Position }[] = [];
    for (const byRange of index ? this.#partitions.values() : [this.#partitions.get(partition)]) {
      for (const item of byRange?.values() ?? []) {
        const range = index ? item[`i${index}sk`] : item.sk;
        if ((index ? item[`i${index}pk`] : item.pk) !== partition || range === undefined) continue;
        if (this.#isAlive(item)) found.push({ item, position: { range, pk: item.pk, sk: item.sk } });
      }
    }
    return found;
  }
}

function inRange(query: Query, key: string): boolean {
  const range = query.range ?? {};
  if ('prefix' in range) return key.startsWith(range.prefix);
  if (range.from !== undefined && compareUtf8(key, range.from) < 0) return false;
  return range.to === undefined || compareUtf8(key, range.to) <= 0;
}

function comparePositions(a: Position, b: Position): number {
  return compareUtf8(a.range, b.range) || compareUtf8(a.pk, b.pk) || compareUtf8(a.sk, b.sk);
}

/** DynamoDB and SQLite order by UTF-8 bytes; JavaScript's `<` orders by UTF-16 units, which differs above U+FFFF. */
function compareUtf8(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
