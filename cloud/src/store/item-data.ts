import type { Item } from '../ports/table.ts';

/** What a store wrote, without the table's own attributes. The store that wrote it knows its shape. */
export function itemData<T>(item: Item): T {
  const { pk: _pk, sk: _sk, version: _version, i1pk: _1p, i1sk: _1s, i2pk: _2p, i2sk: _2s, ...data } = item;
  return data as unknown as T;
}

/** A record as an item's attributes. Records are JSON all through, which an interface cannot say. */
export function itemOf(keys: Item, record: object): Item {
  return { ...record, ...keys };
}
