import { createRekognitionClient } from '../../adapters/aws/rekognition-calls.ts';
import { RekognitionEngine } from '../../adapters/aws/rekognition-engine.ts';
import type { Table } from '../../ports/table.ts';
import type { CloudConfig } from './config.ts';
import type { Metrics } from './metrics.ts';

/** Operations with a price per picture; the others are free. Source: "Amazon Rekognition pricing", Image, groups 1 and 2. */
const priced = new Set(['SearchUsersByImage', 'IndexFaces', 'AssociateFaces', 'DisassociateFaces']);

/**
 * The face engine. It reads pictures with sharp.
 * @param searches as what a search counts: who enrolls somebody asks by one whether it is somebody else, too.
 */
export function openFaces(
  config: Pick<CloudConfig, 'prefix'>,
  table: Table,
  metrics: Metrics,
  searches: 'FaceCalls' | 'EnrollmentCalls' = 'FaceCalls',
): RekognitionEngine {
  const { prefix } = config;
  const onCall = (operation: string) => {
    if (priced.has(operation)) metrics.add(operation === 'SearchUsersByImage' ? searches : 'EnrollmentCalls');
  };
  return new RekognitionEngine({ client: createRekognitionClient(), table, prefix, onCall });
}
