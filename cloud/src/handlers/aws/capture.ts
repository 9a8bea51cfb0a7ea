import type { CaptureId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { acceptCapture } from '../../domain/accept-capture.ts';
import { recognizeCapture } from '../../domain/recognize-capture.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis } from './invocation.ts';
import { openFaces } from './open-faces.ts';
import { openAcks, openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';
import { ruleHandler } from './rule-event.ts';

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('capture', config);
const { log, metrics } = basis;
const { table, stores } = openRecords(config);
const iot = openIotData(config);
const acks = openAcks(config, iot);
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine: openFaces(config, table, metrics),
  liveFeed: openLiveFeed(config, iot, basis),
  clock,
  log,
};

/**
 * The rule `capture`: keeps a device's capture, acks it, and recognizes who is in it, in one invocation. Invoked again with the same
 * message it goes on where it was interrupted; what was finished stays as it is.
 */
export const handler = ruleHandler(basis, stores.devices, async ({ message, device }) => {
  metrics.add('Captures');
  const waiting: CaptureId[] = [];
  await acceptCapture(
    {
      ...ports,
      acks,
      doorOf: () => Promise.resolve(device.doorId),
      // Lambda is the queue, and its bound is the concurrency of this function.
      hasRoom: () => true,
      onPending: (_, id) => void waiting.push(id),
    },
    message,
  );
  for (const id of waiting) {
    await recognizeCapture(ports, message.org, id);
    metrics.add('CapturesRecognized');
    metrics.add('RecognitionMs', Math.max(0, clock.now() - message.receivedAt));
  }
});
