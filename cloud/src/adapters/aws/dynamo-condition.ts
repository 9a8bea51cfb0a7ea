import { tableSchema } from '@rollcall/contract/table-schema';
import type { PutCondition } from '../../ports/table.ts';
import { type Attributes, markAttribute } from './dynamo-item.ts';

/** On what DynamoDB makes a write depend. An item that has expired counts as absent, although it is still there. */
export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Attributes;
}

const notExpired = '(attribute_not_exists(#expiry) OR #expiry > :now)';

/** `condition` of the port. */
export function writeCondition(condition: PutCondition, nowSeconds: number): Condition {
  const isAbsent = condition === 'absent';
  const name = isAbsent ? { '#key': tableSchema.partitionKey } : { '#version': 'version' };
  const value = isAbsent ? {} : { ':version': { N: String(condition) } };
  return {
    ConditionExpression: isAbsent
      ? 'attribute_not_exists(#key) OR #expiry <= :now'
      : `#version = :version AND ${notExpired}`,
    ExpressionAttributeNames: { ...name, '#expiry': tableSchema.expiry },
    ExpressionAttributeValues: { ...value, ':now': { N: String(nowSeconds) } },
  };
}

/** Whatever is there has not expired, and was not written by this very write. */
export function additionCondition(mark: string, nowSeconds: number): Condition {
  return {
    ConditionExpression: `${notExpired} AND (attribute_not_exists(#mark) OR #mark <> :mark)`,
    ExpressionAttributeNames: { '#expiry': tableSchema.expiry, '#mark': markAttribute },
    ExpressionAttributeValues: { ':now': { N: String(nowSeconds) }, ':mark': { S: mark } },
  };
}
