import type { OrganizationId } from '@rollcall/contract/ids';
import { parse } from '@rollcall/kit/parse';
import { monotonicFactory } from 'ulid';
import { z } from 'zod';
import { closePassages } from '../../domain/close-passages.ts';
import { sweepUnfinishedPhotos } from '../../domain/discard-photo.ts';
import { expirePictures } from '../../domain/expire-pictures.ts';
import { finishCaptures } from '../../domain/finish-captures.ts';
import { forgetEvidence } from '../../domain/forget-evidence.ts';
import { resumeForgetting } from '../../domain/forget-person.ts';
import { reindexPhotos } from '../../domain/reindex-photos.ts';
import { type Timer, timers } from '../../manifest.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { eachOrganization } from './each-organization.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { lazyFaces } from './lazy-faces.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';

/** What the scheduler is set up to send. */
const TimerEvent = z.object({ timer: z.enum(timers.map(({ name }) => name)) });

/** ms for which the function that accepted a capture may still be at work on it: its time, twice more, and the waits between. */
const leftAfterMs = 7 * 60_000;
/** ms before the end of this invocation at which nothing more is begun. */
const reserveMs = 30_000;

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('timers', config);
const { log, metrics } = basis;
const { table, stores, directory, clock } = openRecords(config);
const engine = lazyFaces(async () => (await import('./open-faces.ts')).openFaces(config, table, metrics));
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine,
  liveFeed: openLiveFeed(config, openIotData(config), basis),
  clock,
  newId: monotonicFactory(),
  log,
};

type Run = (org: OrganizationId, hasTime: () => boolean) => Promise<unknown>;

/** What each timer of the manifest does for one organization. */
const runs: Readonly<Record<Timer['name'], Run>> = {
  'close-passages': (org) => closePassages(ports, org),
  'finish-captures': (org, hasTime) => finishCaptures(ports, org, { leftAfterMs, hasTime }),
  'expire-pictures': (org) => expirePictures(ports, org),
  'sweep-leftovers': async (org) => {
    await resumeForgetting({ ...ports, forgetEvidence: (of, person) => forgetEvidence(ports, of, person) }, org);
    await sweepUnfinishedPhotos(ports, org, { atStart: false });
    await reindexPhotos(ports, org);
  },
};

/** Runs the timer that the event names for every organization of the deployment. */
export const handler = lambdaHandler(basis, async (event, context) => {
  const { timer } = parse(TimerEvent, event, 'the event');
  const hasTime = () => context.getRemainingTimeInMillis() > reserveMs;
  await eachOrganization({ directory, log }, async (org) => {
    if (hasTime()) await runs[timer](org, hasTime);
    else log.warn('timer-out-of-time', { timer, org });
  });
});
