import { systemClock as clock } from '@rollcall/kit/clock';
import { rekognitionVotes } from '../../adapters/aws/rekognition-votes.ts';
import { acceptPassage } from '../../domain/accept-passage.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis } from './invocation.ts';
import { openAcks, openIotData, openLiveFeed } from './open-messages.ts';
import { openRecords } from './open-records.ts';
import { ruleHandler } from './rule-event.ts';

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('passage', config);
const { log, metrics } = basis;
const { table, stores } = openRecords(config);
const iot = openIotData(config);
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  engine: rekognitionVotes,
  liveFeed: openLiveFeed(config, iot, basis),
  acks: openAcks(config, iot),
  clock,
  log,
};

/** The rule `passage`: notes that a passage is over, acks that, and decides what is undecided once its captures are finished. */
export const handler = ruleHandler(basis, stores.devices, async ({ message, device }) => {
  metrics.add('Passages');
  await acceptPassage({ ...ports, doorOf: () => Promise.resolve(device.doorId) }, message);
});
