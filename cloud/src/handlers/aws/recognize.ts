import { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import { systemClock as clock } from '@rollcall/kit/clock';
import { z } from 'zod';
import { takeCapture } from '../../domain/take-capture.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { openFaces } from './open-faces.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';

/** What `recognize-later.ts` sends. */
const RecognizeEvent = z.strictObject({ org: OrganizationId, captureId: CaptureId, dueSince: z.number() });

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('recognize', config);
const { log, metrics } = basis;
const { table, stores } = openRecords(config);
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine: openFaces(config, table, metrics),
  liveFeed: openLiveFeed(config, openIotData(config), basis),
  clock,
  log,
};

/**
 * Finds who is in the captures of a passage that must be searched now. Invoked again with the same event it goes on where it was interrupted;
 * what was finished stays as it is, and is not paid for again.
 */
export const handler = lambdaHandler(basis, async (event) => {
  const parsed = RecognizeEvent.safeParse(event);
  if (!parsed.success) {
    // Nobody but our own functions sends any, and the same again would be no better.
    log.error('recognize-event-unreadable', { problems: parsed.error.issues.map((issue) => issue.path.join('.')) });
    return;
  }
  const { org, captureId, dueSince } = parsed.data;
  const searched = await takeCapture(ports, org, captureId);
  if (searched.length === 0) return;
  metrics.add('CapturesRecognized', searched.length);
  metrics.add('RecognitionMs', Math.max(0, clock.now() - dueSince));
});
