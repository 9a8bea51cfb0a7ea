import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { tableSchema } from '@rollcall/contract/table-schema';
import dynalite from 'dynalite';
import { testAccount } from './test-credentials.ts';
import { endServer, listen } from '../loopback.ts';

/** A DynamoDB emulator on the loopback with the one table, made by `tableSchema` as the CDK app makes it. */
export async function startDynamo() {
  const server = dynalite({ createTableMs: 0 });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  const client = new DynamoDBClient({ ...testAccount, endpoint, ...awsClientSettings({ requestTimeoutMs: 10_000 }) });
  const tableName = 'records';
  await createTable(client, tableName);
  return {
    client,
    endpoint,
    tableName,
    /** Another table of the same kind. */
    createTable: (name: string) => createTable(client, name),
    close: async () => {
      client.destroy();
      await endServer(server);
    },
  };
}

async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const keyed = [tableSchema, ...tableSchema.indexes];
  const attributes = keyed.flatMap(({ partitionKey, rangeKey }) => [partitionKey, rangeKey]);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema(tableSchema),
      GlobalSecondaryIndexes: tableSchema.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: name });
}

function keySchema(keys: { readonly partitionKey: string; readonly rangeKey: string }) {
  return [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.rangeKey, KeyType: 'RANGE' as const },
  ];
}
