import { createRekognitionClient } from '../../adapters/aws/rekognition-calls.ts';
import { RekognitionEngine } from '../../adapters/aws/rekognition-engine.ts';
import type { Table } from '../../ports/table.ts';
import type { CloudConfig } from './config.ts';
import type { Metrics } from './metrics.ts';

/** The face engine. It reads pictures with sharp. */
export function openFaces(config: Pick<CloudConfig, 'prefix'>, table: Table, metrics: Metrics): RekognitionEngine {
  const { prefix } = config;
  const client = createRekognitionClient();
  return new RekognitionEngine({ client, table, prefix, onCall: () => metrics.add('FaceCalls') });
}
