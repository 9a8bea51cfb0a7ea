import { DynamoTable } from '@rollcall/cloud/adapters/aws/dynamo-table';
import { startDynamo } from '../aws/start-dynamo.ts';
import { tableContract } from './table.contract.ts';

tableContract({
  name: 'DynamoDB',
  // Each step is an HTTP request.
  modelRuns: 25,
  open: async (clock) => {
    const { client, tableName, close } = await startDynamo();
    return { table: new DynamoTable({ client, tableName, clock }), close };
  },
});
