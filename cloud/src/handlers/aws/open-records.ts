import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock as clock } from '@rollcall/kit/clock';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { DynamoTable } from '../../adapters/aws/dynamo-table.ts';
import { rekognitionThresholds } from '../../adapters/aws/rekognition-thresholds.ts';
import { OrganizationDirectory } from '../../store/organization-directory.ts';
import { openStores } from '../site-stores.ts';
import type { CloudConfig } from './config.ts';

/** The table of records and the stores on it. */
export function openRecords(config: Pick<CloudConfig, 'table' | 'timeZone'>) {
  const client = new DynamoDBClient(awsClientSettings({ requestTimeoutMs: 3_000 }));
  const table = new DynamoTable({ client, tableName: config.table, clock });
  const stores = openStores(table, clock, { timeZone: config.timeZone, thresholds: rekognitionThresholds });
  return { table, stores, directory: new OrganizationDirectory(table), clock };
}

export type CloudRecords = ReturnType<typeof openRecords>;
