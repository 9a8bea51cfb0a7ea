import type { CaptureId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { rekognitionVotes } from '../../adapters/aws/rekognition-votes.ts';
import { acceptPassage } from '../../domain/accept-passage.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis } from './invocation.ts';
import { openAcks, openIotData, openLiveFeed } from './open-messages.ts';
import { openRecords } from './open-records.ts';
import { openRecognizeLater } from './recognize-later.ts';
import { ruleHandler } from './rule-event.ts';

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('passage', config);
const { log, metrics } = basis;
const { table, stores } = openRecords(config);
const iot = openIotData(config);
const recognizeLater = openRecognizeLater(config);
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

/**
 * The rule `passage`: notes that a passage is over, acks that, and decides what is undecided once its captures are finished. What waited for a
 * better picture goes to recognition now.
 */
export const handler = ruleHandler(basis, stores.devices, async ({ message, device }) => {
  metrics.add('Passages');
  const waiting: CaptureId[] = [];
  const onPending = (_: unknown, id: CaptureId) => void waiting.push(id);
  await acceptPassage({ ...ports, onPending, doorOf: () => Promise.resolve(device.doorId) }, message);
  for (const id of waiting) await recognizeLater(message.org, id, message.receivedAt);
});
