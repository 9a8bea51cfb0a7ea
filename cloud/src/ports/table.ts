/** One record. `pk` and `sk` are its key; `version` counts its writes from 1; everything else is data. */
export type Item = {
  readonly pk: string;
  readonly sk: string;
  readonly version?: number;
  /** Key in index 1 or 2: an item without them is not in the index. `…sk` ends in the item's own key (pk, sk): see DESIGN. */
  readonly i1pk?: string;
  readonly i1sk?: string;
  readonly i2pk?: string;
  readonly i2sk?: string;
  /** Seconds since the epoch after which the item may vanish. */
  readonly expiresAt?: number;
} & { readonly [attribute: string]: Json | undefined };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** `absent`: only if there is no such item; a number: only if the stored version is that. */
export type PutCondition = 'absent' | number;

export interface Query {
  readonly partition: string;
  /** The base table when absent. */
  readonly index?: 1 | 2;
  /** On the range key; both ends are included. */
  readonly range?: { readonly prefix: string } | { readonly from?: string; readonly to?: string };
  readonly order?: 'ascending' | 'descending';
  /** Items of this page, 1 to 1,000. */
  readonly limit: number;
  /** From an earlier page of the same query. */
  readonly cursor?: string;
}

/**
 * The one port for records, shaped by DynamoDB: each read is a get or a query by key, never a scan.
 * Writes are durable when their promise resolves.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;

  /** Items that exist, in the order of `keys`. At most 100 keys. */
  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]>;

  /**
   * Writes the whole item. Its `version` is set by the table, one more than the stored one.
   * @returns the item as stored. @throws Conflict (code `condition-failed`) when `condition` does not hold.
   */
  put(item: Item, condition?: PutCondition): Promise<Item>;

  /** Several puts and deletes; each is atomic, the whole is not. At most 100. */
  batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void>;

  /** Adds `amount` to a numeric attribute (absent counts as 0). @returns the sum. */
  add(key: Key, attribute: string, amount: number): Promise<number>;

  delete(key: Key, condition?: number): Promise<void>;

  query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }>;
}
