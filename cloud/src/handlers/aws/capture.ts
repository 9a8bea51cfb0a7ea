import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { rekognitionVotes } from '../../adapters/aws/rekognition-votes.ts';
import { acceptCapture } from '../../domain/accept-capture.ts';
import { advancePassage } from '../../domain/advance-passage.ts';
import { holdCapture } from '../../domain/hold-capture.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis } from './invocation.ts';
import { openAcks, openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';
import { openRecognizeLater } from './recognize-later.ts';
import { ruleHandler } from './rule-event.ts';

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('capture', config);
const { log, metrics } = basis;
const { table, stores } = openRecords(config);
const iot = openIotData(config);
const acks = openAcks(config, iot);
const recognizeLater = openRecognizeLater(config);
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine: rekognitionVotes,
  liveFeed: openLiveFeed(config, iot, basis),
  clock,
  log,
};

/**
 * The rule `capture`: keeps a device's capture, acks it, and says in its passage that it waits. If a picture must be searched now, that is
 * another function's, so that neither acks nor devices ever wait for Rekognition.
 */
export const handler = ruleHandler(basis, stores.devices, async ({ message, device }) => {
  metrics.add('Captures');
  const waiting: CaptureId[] = [];
  await acceptCapture(
    {
      ...ports,
      acks,
      doorOf: () => Promise.resolve(device.doorId),
      // Lambda is the queue.
      hasRoom: () => true,
      onPending: (_, id) => void waiting.push(id),
    },
    message,
  );
  for (const id of waiting) {
    const due = await dueFor(message.org, id);
    if (due) await recognizeLater(message.org, due, message.receivedAt);
  }
});

/** The capture that must be searched now that this one came. */
async function dueFor(org: OrganizationId, id: CaptureId): Promise<CaptureId | undefined> {
  const stored = await ports.captures.get(org, id);
  if (stored?.capture.status !== 'pending') return undefined;
  const held = await holdCapture(ports, org, stored);
  return held === 'finished' ? id : advancePassage(ports, org, stored.capture.passageId);
}
