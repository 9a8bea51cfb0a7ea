import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { tableSchema } from '@rollcall/contract/table-schema';
import type { Item, Key, PutCondition } from '../../ports/table.ts';
import { additionCondition, type Condition, writeCondition } from './dynamo-condition.ts';
import { dynamoError } from './dynamo-error.ts';
import { type Attributes, type StoredItem, storedItem, toAttributes } from './dynamo-item.ts';

/** `done: false`: the condition did not hold, for what is `stored`. */
export type WriteOutcome<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly stored: StoredItem | undefined };

/** One request each to one table, in our words. What has expired is still seen here. */
export class DynamoRequests {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async get(key: Key): Promise<StoredItem | undefined> {
    const request = new GetItemCommand({ TableName: this.#table, Key: keyAttributes(key), ConsistentRead: true });
    const { Item: attributes } = await this.#answer(this.#client.send(request));
    return attributes && storedItem(attributes);
  }

  /** @returns what it got to, and the keys that it did not. */
  async getSome(keys: readonly Attributes[]): Promise<{ items: readonly Item[]; unread: readonly Attributes[] }> {
    const request = { [this.#table]: { Keys: [...keys], ConsistentRead: true } };
    const answer = await this.#answer(this.#client.send(new BatchGetItemCommand({ RequestItems: request })));
    return {
      items: (answer.Responses?.[this.#table] ?? []).map((attributes) => storedItem(attributes).item),
      unread: answer.UnprocessedKeys?.[this.#table]?.Keys ?? [],
    };
  }

  /** @returns what of it came before the limit or 1 MB, and where to go on. */
  async query(
    input: Omit<QueryCommandInput, 'TableName'>,
  ): Promise<{ readonly items: readonly Item[]; readonly next: Attributes | undefined }> {
    const answer = await this.#answer(this.#client.send(new QueryCommand({ ...input, TableName: this.#table })));
    const items = (answer.Items ?? []).map((attributes) => storedItem(attributes).item);
    return { items, next: answer.LastEvaluatedKey };
  }

  async put(item: Item, mark: string, condition: PutCondition, nowSeconds: number): Promise<WriteOutcome<Item>> {
    const write = this.#write(writeCondition(condition, nowSeconds));
    try {
      await this.#answer(this.#client.send(new PutItemCommand({ ...write, Item: toAttributes(item, mark) })));
      return { done: true, value: item };
    } catch (error) {
      const stored = await this.#conflicting(error, item);
      return stored?.mark === mark ? { done: true, value: item } : { done: false, stored };
    }
  }

  async add(
    key: Key,
    attribute: string,
    amount: number,
    mark: string,
    nowSeconds: number,
  ): Promise<WriteOutcome<number>> {
    const write = this.#write(additionCondition(mark, nowSeconds));
    const request = new UpdateItemCommand({
      ...write,
      Key: keyAttributes(key),
      UpdateExpression: 'ADD #attribute :amount, #version :one SET #mark = :mark',
      ExpressionAttributeNames: { ...write.ExpressionAttributeNames, '#attribute': attribute, '#version': 'version' },
      ExpressionAttributeValues: {
        ...write.ExpressionAttributeValues,
        ':amount': { N: String(amount) },
        ':one': { N: '1' },
      },
      ReturnValues: 'UPDATED_NEW',
    });
    try {
      const { Attributes: changed = {} } = await this.#answer(this.#client.send(request));
      return { done: true, value: Number(changed[attribute]?.N) };
    } catch (error) {
      const stored = await this.#conflicting(error, key);
      return stored?.mark === mark ? { done: true, value: Number(stored.item[attribute]) } : { done: false, stored };
    }
  }

  async delete(key: Key, condition: number | undefined, nowSeconds: number): Promise<WriteOutcome<undefined>> {
    const write =
      condition === undefined ? { TableName: this.#table } : this.#write(writeCondition(condition, nowSeconds));
    try {
      await this.#answer(this.#client.send(new DeleteItemCommand({ ...write, Key: keyAttributes(key) })));
      return { done: true, value: undefined };
    } catch (error) {
      const stored = await this.#conflicting(error, key);
      // Gone, and not at the first try: that one did it, and its answer was lost.
      const isOurs = !stored && error instanceof ConditionalCheckFailedException && (error.$metadata.attempts ?? 1) > 1;
      return isOurs ? { done: true, value: undefined } : { done: false, stored };
    }
  }

  #write(condition: Condition) {
    return { TableName: this.#table, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  }

  /** What a write's condition failed on. @throws an error that is no failed condition. */
  async #conflicting(error: unknown, key: Key): Promise<StoredItem | undefined> {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item ? storedItem(error.Item) : this.get(key);
  }

  async #answer<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw dynamoError(error, this.#table);
    }
  }
}

/** `key` as DynamoDB speaks of it. */
export function keyAttributes(key: Key): Attributes {
  return { [tableSchema.partitionKey]: { S: key.pk }, [tableSchema.rangeKey]: { S: key.sk } };
}
