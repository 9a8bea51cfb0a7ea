import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../ports/table.ts';

/** An item as DynamoDB speaks of it. */
export type Attributes = Record<string, AttributeValue>;

/**
 * The mark of the write that made an item. The SDK sends a write again when its answer was lost; the second then fails on its own
 * condition, and knows by the mark that it was the first. Nobody outside sees it: names that begin with `_` are the drivers'.
 */
export const markAttribute = '_mark';

/** What is stored at a key. */
export interface StoredItem {
  readonly item: Item;
  readonly mark: unknown;
}

/** @param item plain JSON, as `checkItem` gives it. */
export function toAttributes(item: Item, mark: string): Attributes {
  // Beyond 2^53 a double is as exact in DynamoDB's 38 digits as it is here.
  return marshall({ ...item, [markAttribute]: mark }, { allowImpreciseNumbers: true });
}

export function storedItem(attributes: Attributes): StoredItem {
  const { [markAttribute]: mark, ...data } = unmarshall(attributes, { wrapNumbers: Number });
  return { item: { ...data, pk: data.pk, sk: data.sk }, mark };
}
