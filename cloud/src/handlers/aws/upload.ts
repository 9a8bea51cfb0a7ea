import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import { AppError, InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { systemClock as clock } from '@rollcall/kit/clock';
import { parse } from '@rollcall/kit/parse';
import { z } from 'zod';
import { acceptUpload, refuseUpload } from '../../domain/accept-upload.ts';
import { recognizeCapture } from '../../domain/recognize-capture.ts';
import type { ImageKey } from '../../ports/image-store.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { openFaces } from './open-faces.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';

/** Source: "Event message structure", Amazon S3 user guide. */
const S3Event = z.object({
  Records: z.array(
    z.object({
      eventTime: z.iso.datetime(),
      s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
    }),
  ),
});

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('upload', config);
const { log, metrics } = basis;
const { table, stores } = openRecords(config);
const images = openPictures(config);
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  images,
  engine: openFaces(config, table, metrics),
  liveFeed: openLiveFeed(config, openIotData(config), basis),
  clock,
  log,
};

/**
 * A picture was uploaded to where a capture waits for it: recognizes who is in it. Each record of an event counts for itself; when some could
 * not be finished now the whole event comes again, and what was finished stays as it is.
 * @throws Unavailable with how many could not be finished; what they failed of is in the log. InvalidInput for an event that is none of ours.
 */
export const handler = lambdaHandler(basis, async (event) => {
  if (isTest(event)) return;
  const { Records: records } = parse(S3Event, event, 'the event');
  const ours = records.filter(({ s3 }) => s3.bucket.name === config.pictures);
  const results = await Promise.allSettled(ours.map(({ s3, eventTime }) => recognizeUpload(keyOf(s3), eventTime)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const err of failures) log.warn('upload-not-finished', { err });
  const [first] = failures;
  if (first)
    throw new Unavailable(`${failures.length} of ${ours.length} uploads could not be finished`, { cause: first });
});

async function recognizeUpload(key: ImageKey, eventTime: string): Promise<void> {
  const waiting: { org: OrganizationId; id: CaptureId }[] = [];
  const onPending = (org: OrganizationId, id: CaptureId) => void waiting.push({ org, id });
  try {
    await checkSize(key);
    await acceptUpload({ ...ports, hasRoom: () => true, onPending }, key);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    // The same picture would be refused again; its capture says why.
    log.warn('upload-refused', { code: error.code, reason: error.message });
    return;
  }
  for (const { org, id } of waiting) {
    metrics.add('Captures');
    metrics.add('Passages');
    await recognizeCapture(ports, org, id);
    metrics.add('CapturesRecognized');
    metrics.add('RecognitionMs', Math.max(0, clock.now() - Date.parse(eventTime)));
  }
}

/** S3 took what was uploaded before anybody could say that it is too large. */
async function checkSize(key: ImageKey): Promise<void> {
  try {
    await images.checkUpload(key);
  } catch (error) {
    if (error instanceof InvalidInput) await refuseUpload(ports, key, error.message);
    throw error;
  }
}

/** S3 sends one, without records, when a notification is set up. */
function isTest(event: unknown): boolean {
  return z.object({ Event: z.literal('s3:TestEvent') }).safeParse(event).success;
}

/** Keys come encoded as in a form. */
function keyOf({ object }: { readonly object: { readonly key: string } }): ImageKey {
  return decodeURIComponent(object.key.replaceAll('+', ' '));
}
