import type { Item, Key, PutCondition, Query, Table } from '../ports/table.ts';

/** A table that loses power at a chosen write, and can be looked at as a whole. */
export class BreakableTable implements Table {
  readonly #table: Table;
  readonly #items = new Map<string, Key>();
  /** Writes so far. */
  writes = 0;
  /** Where the power goes: at a write, before or after it took effect. From there on every write fails. */
  breakAt: { readonly write: number; readonly when: 'before' | 'after' } | undefined;
  #isBroken = false;

  constructor(table: Table) {
    this.#table = table;
  }

  get(key: Key): Promise<Item | undefined> {
    return this.#table.get(key);
  }
  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    return this.#table.getMany(keys);
  }
  query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }> {
    return this.#table.query(query);
  }
  put(item: Item, condition?: PutCondition): Promise<Item> {
    this.#items.set(`${item.pk} ${item.sk}`, { pk: item.pk, sk: item.sk });
    return this.#write(() => this.#table.put(item, condition));
  }
  batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void> {
    for (const write of writes) {
      if ('put' in write) this.#items.set(`${write.put.pk} ${write.put.sk}`, { pk: write.put.pk, sk: write.put.sk });
    }
    return this.#write(() => this.#table.batch(writes));
  }
  add(key: Key, attribute: string, amount: number): Promise<number> {
    return this.#write(() => this.#table.add(key, attribute, amount));
  }
  delete(key: Key, condition?: number): Promise<void> {
    return this.#write(() => this.#table.delete(key, condition));
  }

  /** Everything stored, without versions. */
  async dump(): Promise<Record<string, unknown>> {
    const dump: Record<string, unknown> = {};
    for (const name of [...this.#items.keys()].sort()) {
      const key = this.#items.get(name);
      const item = key && (await this.#table.get(key));
      if (!item) continue;
      const { version: _, expiresAt: __, ...data } = item;
      dump[name] = data;
    }
    return dump;
  }

  async #write<T>(write: () => Promise<T>): Promise<T> {
    this.writes++;
    const breaks = this.breakAt?.write === this.writes ? this.breakAt.when : undefined;
    if (this.#isBroken || breaks === 'before') return this.#break();
    const result = await write();
    return breaks === 'after' ? this.#break() : result;
  }

  /** Power is back. @returns whether it was gone. */
  mend(): boolean {
    const wasBroken = this.#isBroken;
    this.#isBroken = false;
    this.breakAt = undefined;
    return wasBroken;
  }

  #break(): never {
    this.#isBroken = true;
    throw new Error('power cut');
  }
}
