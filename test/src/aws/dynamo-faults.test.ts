import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { DynamoTable } from '@rollcall/cloud/adapters/aws/dynamo-table';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, type Meddling, startMeddlingProxy } from './meddling-proxy.ts';
import { startDynamo } from './start-dynamo.ts';
import { testAccount } from './test-credentials.ts';

describe('DynamoTable, when something goes wrong on the way', () => {
  let dynamo: Awaited<ReturnType<typeof startDynamo>>;
  let proxy: Awaited<ReturnType<typeof startMeddlingProxy>>;
  let operations: string[] = [];
  let clients: DynamoDBClient[] = [];
  let table: DynamoTable;
  let partitions = 0;
  let key: { readonly pk: string; readonly sk: string };

  beforeAll(async () => {
    dynamo = await startDynamo();
    proxy = await startMeddlingProxy(dynamo.endpoint);
  });
  afterAll(async () => {
    await proxy.close();
    await dynamo.close();
  });
  beforeEach(() => {
    // Adaptive retry remembers: each case has a client of its own.
    table = tableOf();
    key = { pk: `main#${++partitions}`, sk: 'a' };
  });
  afterEach(() => {
    for (const client of clients) client.destroy();
    clients = [];
    proxy.meddling = {};
  });

  function tableOf(settings: { tableName?: string; maxAttempts?: number; requestTimeoutMs?: number } = {}) {
    const { tableName = dynamo.tableName, maxAttempts = 3, requestTimeoutMs = 5_000 } = settings;
    const client = new DynamoDBClient({
      ...testAccount,
      endpoint: proxy.endpoint,
      ...awsClientSettings({ requestTimeoutMs, maxAttempts }),
    });
    clients.push(client);
    return new DynamoTable({ client, tableName });
  }

  /** From here on, but for the operations that were counted already. */
  function meddle(meddling: Meddling): void {
    operations = [];
    proxy.meddling = {
      ...meddling,
      before: (asked) => {
        operations.push(operationOf(asked));
        return meddling.before?.(asked);
      },
    };
  }

  function loseFirst(operation: string): void {
    let lost = 0;
    meddle({ after: (asked, answer) => (operationOf(asked) === operation && lost++ === 0 ? 'lost' : answer) });
  }

  it.each([undefined, 'absent'] as const)('takes a put (%s) whose answer was lost for done', async (condition) => {
    loseFirst('PutItem');
    expect(await table.put({ ...key, n: 1 }, condition)).toEqual({ ...key, n: 1, version: 1 });
    expect(operations.filter((operation) => operation === 'PutItem')).toHaveLength(2);
    expect(await table.get(key)).toEqual({ ...key, n: 1, version: 1 });
  });

  it('takes a put at a version whose answer was lost for done, and counts one version', async () => {
    await table.put(key);
    loseFirst('PutItem');
    expect(await table.put({ ...key, n: 2 }, 1)).toMatchObject({ version: 2 });
    expect(await table.get(key)).toEqual({ ...key, n: 2, version: 2 });
  });

  it('lets one win of two that put the same, although the answers were lost', async () => {
    loseFirst('PutItem');
    const results = await Promise.allSettled([table.put(key, 'absent'), tableOf().put(key, 'absent')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('counts an addition whose answer was lost once', async () => {
    loseFirst('UpdateItem');
    expect(await table.add(key, 'n', 5)).toBe(5);
    loseFirst('UpdateItem');
    expect(await table.add(key, 'n', 2)).toBe(7);
    expect(await table.get(key)).toEqual({ ...key, n: 7, version: 2 });
  });

  it('takes a delete whose answer was lost for done', async () => {
    await table.put(key);
    loseFirst('DeleteItem');
    await table.delete(key, 1);
    expect(await table.get(key)).toBeUndefined();
  });

  it('learns from the failure itself what is there, as DynamoDB sends it', async () => {
    await table.put({ ...key, n: 1 });
    const attributes = { pk: { S: key.pk }, sk: { S: key.sk }, version: { N: '1' }, n: { N: '1' }, _mark: { S: 'x' } };
    meddle({
      after: (asked, answer) => {
        if (answer.status !== 400 || !asked.body.includes('"ReturnValuesOnConditionCheckFailure":"ALL_OLD"'))
          return answer;
        const { __type, message } = JSON.parse(answer.body.toString());
        return { ...answer, headers: typeHeader, body: JSON.stringify({ __type, message, Item: attributes }) };
      },
    });
    await expect(table.put(key, 'absent')).rejects.toThrow(/found version 1/);
    expect(await table.put({ ...key, n: 2 })).toMatchObject({ n: 2, version: 2 });
    expect(operations).toEqual(['PutItem', 'PutItem', 'PutItem']);
  });

  it('asks again for what a batch did not get to, and keeps the order', async () => {
    const keys = Array.from({ length: 7 }, (_, n) => ({ pk: key.pk, sk: `${n}` }));
    await table.batch(keys.map((put) => ({ put })));
    meddle({
      before: (asked) => {
        const { RequestItems: { records } = { records: { Keys: [] } } } = JSON.parse(asked.body.toString());
        return records.Keys.length > 2 ? answerOfSome(records.Keys) : undefined;
      },
    });
    const found = await table.getMany([...keys.toReversed(), { pk: key.pk, sk: 'none' }]);
    expect(found.map((item) => item?.sk)).toEqual(['6', '5', '4', '3', '2', '1', '0', undefined]);
    expect(operations.length).toBeGreaterThan(3);
    meddle({ before: (asked) => unprocessed(JSON.parse(asked.body.toString()).RequestItems) });
    await expect(table.getMany(keys)).rejects.toMatchObject({ retryable: true });
  });

  it('does not ask once for each expired item that DynamoDB has not deleted yet', async () => {
    const expired = Array.from({ length: 400 }, (_, n) => ({
      pk: key.pk,
      sk: String(n).padStart(3, '0'),
      expiresAt: 1,
    }));
    for (let from = 0; from < expired.length; from += 100) {
      await table.batch(expired.slice(from, from + 100).map((put) => ({ put })));
    }
    for (const sk of ['x', 'y', 'z']) await table.put({ pk: key.pk, sk });
    meddle({});
    const page = await table.query({ partition: key.pk, limit: 2 });
    expect(page.items.map(({ sk }) => sk)).toEqual(['x', 'y']);
    const { cursor = '' } = page;
    expect((await table.query({ partition: key.pk, limit: 2, cursor })).items.map(({ sk }) => sk)).toEqual(['z']);
    const all = await table.query({ partition: key.pk, limit: 3, order: 'descending' });
    expect(all).toMatchObject({ items: [{ sk: 'z' }, { sk: 'y' }, { sk: 'x' }] });
    expect(all.cursor).toBeUndefined();
    expect(operations.length).toBeLessThan(16);
  });

  it('waits out throttling, and says so when it does not end', async () => {
    let refusals = 0;
    meddle({ before: () => (refusals++ === 0 ? throttled : undefined) });
    expect(await table.put(key)).toMatchObject({ version: 1 });
    meddle({ before: () => throttled });
    const impatient = tableOf({ maxAttempts: 2 });
    await expect(impatient.get(key)).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
    expect(operations).toHaveLength(2);
  });

  it('is Unavailable when DynamoDB fails, hangs up or says nothing', async () => {
    const impatient = tableOf({ maxAttempts: 1, requestTimeoutMs: 100 });
    const faults: Meddling[] = [
      { before: () => ({ status: 500, headers: typeHeader, body: '{"__type":"InternalServerError"}' }) },
      { before: () => ({ status: 503, body: '<html>no gateway' }) },
      { before: () => 'silence' },
      { after: () => 'lost' },
    ];
    for (const fault of faults) {
      meddle(fault);
      await expect(impatient.get(key)).rejects.toMatchObject({ name: 'Unavailable' });
      await expect(impatient.query({ partition: 'main#x', limit: 1 })).rejects.toMatchObject({ name: 'Unavailable' });
      await expect(impatient.batch([{ put: key }])).rejects.toMatchObject({ name: 'Unavailable' });
    }
  });

  it('is Misconfigured without its table', async () => {
    await expect(tableOf({ tableName: 'none' }).get(key)).rejects.toMatchObject({ name: 'Misconfigured' });
  });
});

const typeHeader = { 'content-type': 'application/x-amz-json-1.0' };
const throttled = {
  status: 400,
  headers: typeHeader,
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slower"}',
};

function unprocessed(requested: unknown) {
  return { status: 200, headers: typeHeader, body: JSON.stringify({ Responses: {}, UnprocessedKeys: requested }) };
}

function operationOf({ headers }: Asked): string {
  return headers['x-amz-target']?.split('.').at(-1) ?? '';
}

/** The first two keys are answered, the others left. */
function answerOfSome(keys: readonly Readonly<Record<string, unknown>>[]) {
  const body = { Responses: { records: keys.slice(0, 2) }, UnprocessedKeys: { records: { Keys: keys.slice(2) } } };
  return { status: 200, headers: typeHeader, body: JSON.stringify(body) };
}
