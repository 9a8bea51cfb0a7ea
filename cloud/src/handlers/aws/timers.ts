import { OrganizationId } from '@rollcall/contract/ids';
import { parse } from '@rollcall/kit/parse';
import { monotonicFactory } from 'ulid';
import { z } from 'zod';
import { IotDeviceShadows } from '../../adapters/aws/iot-device-shadows.ts';
import { closePassages } from '../../domain/close-passages.ts';
import { followDecommissions } from '../../domain/decommission-device.ts';
import { sweepUnfinishedPhotos } from '../../domain/discard-photo.ts';
import { expirePictures } from '../../domain/expire-pictures.ts';
import { finishCaptures } from '../../domain/finish-captures.ts';
import { forgetEvidence } from '../../domain/forget-evidence.ts';
import { resumeForgetting } from '../../domain/forget-person.ts';
import { keepPhotosIndexed } from '../../domain/keep-photos-indexed.ts';
import { renewCertificates } from '../../domain/renew-certificates.ts';
import { withdrawClaims } from '../../domain/withdraw-claims.ts';
import { functionName, type Timer, timers } from '../../manifest.ts';
import { PresenceStore } from '../../store/presence-store.ts';
import { ReindexStore } from '../../store/reindex-store.ts';
import { openRecognitionStores } from '../recognition-stores.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { dealOrganizations, organizationsAtOnce } from './deal-organizations.ts';
import { eachOrganization } from './each-organization.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { lazyClaims } from './lazy-claims.ts';
import { lazyDeviceCertificates } from './lazy-device-certificates.ts';
import { lazyDeviceJobs } from './lazy-device-jobs.ts';
import { lazyDeviceLinks } from './lazy-device-links.ts';
import { lazyFaces } from './lazy-faces.ts';
import { lazyInvoke } from './lazy-invoke.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';

/** What the scheduler is set up to send, and this function sends itself for the organizations that one invocation does not take. */
const TimerEvent = z.object({
  timer: z.enum(timers.map(({ name }) => name)),
  organizations: z.array(OrganizationId).max(organizationsAtOnce).optional(),
});

/** ms for which the function that accepted a capture may still be at work on it: its time, twice more, and the waits between. */
const leftAfterMs = 7 * 60_000;
/** ms before the end of this invocation at which nothing more is begun. */
const reserveMs = 30_000;

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('timers', config);
const { log, metrics } = basis;
const { table, stores, directory, clock } = openRecords(config);
const engine = lazyFaces(async () => (await import('./open-faces.ts')).openFaces(config, table, metrics));
const data = openIotData(config);
const invoke = lazyInvoke();
const ports = {
  ...stores,
  ...openRecognitionStores(table),
  table,
  images: openPictures(config),
  engine,
  reindexing: new ReindexStore(table),
  links: lazyDeviceLinks({ data, devices: stores.devices, presence: new PresenceStore(table) }),
  deviceCertificates: lazyDeviceCertificates(),
  deviceJobs: lazyDeviceJobs(),
  shadows: new IotDeviceShadows(data),
  // None is made here, so where devices go with one is of no matter.
  claims: lazyClaims({
    caPem: null,
    template: config.prefix,
    mqtt: { hosts: [], port: 8883, prefix: config.prefix },
  }),
  liveFeed: openLiveFeed(config, data, basis),
  clock,
  newId: monotonicFactory(),
  log,
};

type Run = (org: OrganizationId, hasTime: () => boolean) => Promise<unknown>;

/** What each timer of the manifest does for one organization. */
const runs: Readonly<Record<Timer['name'], Run>> = {
  'close-passages': (org, hasTime) => closePassages(ports, org, hasTime),
  'finish-captures': (org, hasTime) => finishCaptures(ports, org, { leftAfterMs, hasTime }),
  'expire-pictures': (org, hasTime) => expirePictures(ports, org, hasTime),
  'reindex-photos': (org, hasTime) => keepPhotosIndexed(ports, org, hasTime),
  'follow-devices': async (org) => {
    await followDecommissions(ports, org);
    await renewCertificates(ports, org);
    await withdrawClaims(ports, org);
  },
  'sweep-leftovers': async (org) => {
    await resumeForgetting({ ...ports, forgetEvidence: (of, person) => forgetEvidence(ports, of, person) }, org);
    await sweepUnfinishedPhotos(ports, org, { atStart: false });
  },
};

/** Runs the timer that the event names for every organization of the deployment, or for those that it names. */
export const handler = lambdaHandler(basis, async (event, context) => {
  const { timer, organizations } = parse(TimerEvent, event, 'the event');
  const hand = (ids: readonly OrganizationId[]) =>
    invoke(functionName(config.prefix, 'timers'), { timer, organizations: ids });
  const { own, failures } = organizations
    ? { own: organizations, failures: [] }
    : await dealOrganizations(directory, hand);
  const leftMs = () => context.getRemainingTimeInMillis() - reserveMs;
  await eachOrganization(own, { log, leftMs, onUnfinished: countUnfinished }, (org, hasTime) =>
    runs[timer](org, hasTime),
  );
  if (failures.length > 0) throw failures[0];
});

function countUnfinished(organizations: number): void {
  metrics.add('OrganizationsOutOfTime', organizations);
}
