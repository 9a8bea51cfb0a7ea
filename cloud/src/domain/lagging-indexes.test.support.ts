import { MemoryTable } from '../adapters/local/memory-table.ts';
import type { Clock } from '@rollcall/kit/clock';
import type { Item, Key, PutCondition, Query, Table } from '../ports/table.ts';

/** A table whose indexes know nothing of later writes until they are told to: DynamoDB's lag behind, mostly by milliseconds. */
export class LaggingIndexes implements Table {
  readonly #table: MemoryTable;
  readonly #indexes: MemoryTable;
  #unseen: (() => Promise<unknown>)[] = [];

  constructor(options: { readonly clock: Clock }) {
    this.#table = new MemoryTable(options);
    this.#indexes = new MemoryTable(options);
  }

  /** All that was written until now is in the indexes. */
  async catchUp(): Promise<void> {
    for (const write of this.#unseen.splice(0)) await write();
  }

  get(key: Key): Promise<Item | undefined> {
    return this.#table.get(key);
  }
  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    return this.#table.getMany(keys);
  }
  query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }> {
    return (query.index ? this.#indexes : this.#table).query(query);
  }
  put(item: Item, condition?: PutCondition): Promise<Item> {
    return this.#write((table, isFirst) => table.put(item, isFirst ? condition : undefined));
  }
  batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void> {
    return this.#write((table) => table.batch(writes));
  }
  add(key: Key, attribute: string, amount: number): Promise<number> {
    return this.#write((table) => table.add(key, attribute, amount));
  }
  delete(key: Key, condition?: number): Promise<void> {
    return this.#write((table, isFirst) => table.delete(key, isFirst ? condition : undefined));
  }

  /** What fails is not repeated. */
  async #write<T>(write: (table: Table, isFirst: boolean) => Promise<T>): Promise<T> {
    const result = await write(this.#table, true);
    this.#unseen.push(() => write(this.#indexes, false));
    return result;
  }
}
