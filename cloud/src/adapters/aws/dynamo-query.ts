import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { tableSchema } from '@rollcall/contract/table-schema';
import type { Item, Query } from '../../ports/table.ts';
import type { Position } from '../table-cursor.ts';
import type { Attributes } from './dynamo-item.ts';

/** What a query asks DynamoDB for, but for the table and the number of items. */
export function queryInput(query: Query, nowSeconds: number): Omit<QueryCommandInput, 'TableName'> {
  const { index, partition, order } = query;
  const range = rangeCondition(query.range);
  const keys = keysOf(query);
  return {
    // A global secondary index has no consistent reads.
    ...(index ? { IndexName: tableSchema.indexes[index - 1]?.name } : { ConsistentRead: true }),
    ScanIndexForward: order !== 'descending',
    KeyConditionExpression: range ? `#partition = :partition AND ${range.expression}` : '#partition = :partition',
    // DynamoDB deletes what has expired within days; until then it must not be seen.
    FilterExpression: 'attribute_not_exists(#expiry) OR #expiry > :now',
    ExpressionAttributeNames: {
      '#partition': keys.partition,
      '#expiry': tableSchema.expiry,
      ...(range && { '#range': keys.range }),
    },
    ExpressionAttributeValues: {
      ':partition': { S: partition },
      ':now': { N: String(nowSeconds) },
      ...range?.values,
    },
  };
}

/** Whether no key can be in the range: DynamoDB refuses such a BETWEEN instead of answering nothing. */
export function isEmptyRange(range: Query['range'] = {}): boolean {
  if ('prefix' in range || range.from === undefined || range.to === undefined) return false;
  return Buffer.compare(Buffer.from(range.from), Buffer.from(range.to)) > 0;
}

/** The key after which the next page starts. */
export function startKey(query: Query, after: Position): Attributes {
  const own = { [tableSchema.partitionKey]: { S: after.pk }, [tableSchema.rangeKey]: { S: after.sk } };
  const keys = keysOf(query);
  return { [keys.partition]: { S: query.partition }, [keys.range]: { S: after.range }, ...own };
}

/** Where `item` is in the table or index that is queried. */
export function positionIn(query: Query, item: Item): Position {
  const range = [item.sk, item.i1sk, item.i2sk][query.index ?? 0] ?? item.sk;
  return { range, pk: item.pk, sk: item.sk };
}

function keysOf({ index }: Query): { readonly partition: string; readonly range: string } {
  const of = (index && tableSchema.indexes[index - 1]) ?? tableSchema;
  return { partition: of.partitionKey, range: of.rangeKey };
}

function rangeCondition(range: Query['range'] = {}): { expression: string; values: Attributes } | undefined {
  if ('prefix' in range) {
    if (range.prefix === '') return undefined;
    return { expression: 'begins_with(#range, :prefix)', values: { ':prefix': { S: range.prefix } } };
  }
  const { from, to } = range;
  if (from !== undefined && to !== undefined) {
    return { expression: '#range BETWEEN :from AND :to', values: { ':from': { S: from }, ':to': { S: to } } };
  }
  if (from !== undefined) return { expression: '#range >= :from', values: { ':from': { S: from } } };
  return to === undefined ? undefined : { expression: '#range <= :to', values: { ':to': { S: to } } };
}
