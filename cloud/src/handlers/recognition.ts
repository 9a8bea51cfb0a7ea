import type { CaptureId, DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { systemTimer, type Timer } from '@rollcall/kit/timer';
import { acceptCapture } from '../domain/accept-capture.ts';
import { acceptPassage } from '../domain/accept-passage.ts';
import { acceptUpload } from '../domain/accept-upload.ts';
import { closePassages } from '../domain/close-passages.ts';
import { expirePictures } from '../domain/expire-pictures.ts';
import { failCapture } from '../domain/fail-capture.ts';
import type { RecognitionPorts } from '../domain/recognition-ports.ts';
import { takeCapture } from '../domain/take-capture.ts';
import type { DeviceAcks } from '../ports/device-acks.ts';
import type { FaceEngine } from '../ports/face-engine.ts';
import type { ImageKey, ImageStore } from '../ports/image-store.ts';
import type { LiveFeed } from '../ports/live-feed.ts';
import type { RuleHandler } from '../ports/rule-message.ts';
import type { Table } from '../ports/table.ts';
import type { CaptureStore } from '../store/capture-store.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import type { PeopleStore } from '../store/people-store.ts';
import { RecognitionQueue } from './recognition-queue.ts';
import { openRecognitionStores } from './recognition-stores.ts';

export interface RecognitionOptions {
  readonly table: Table;
  readonly people: PeopleStore;
  readonly organizations: OrganizationStore;
  readonly images: ImageStore;
  readonly engine: FaceEngine;
  readonly liveFeed: LiveFeed;
  readonly acks: DeviceAcks;
  readonly doorNames: (org: OrganizationId) => Promise<ReadonlyMap<DoorId, string>>;
  readonly doorOf: (org: OrganizationId, device: DeviceId) => Promise<DoorId | null>;
  readonly organizationIds: () => Promise<readonly OrganizationId[]>;
  /** The engine's worker threads. */
  readonly workers: number;
  /** Captures that may wait. @default 256 */
  readonly queueLimit?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** @default the process's own */
  readonly timer?: Timer;
}

/** The way from a device's message or an upload to the register, in one process. */
export interface Recognition {
  /** What its use-cases stand on; the API's resources take it too. */
  readonly ports: RecognitionPorts;
  /** By the names of the manifest's rules. */
  readonly rules: { readonly 'accept-capture': RuleHandler; readonly 'accept-passage': RuleHandler };
  /** By the names of the manifest's timers. */
  readonly timers: {
    readonly 'close-passages': () => Promise<void>;
    readonly 'finish-captures': () => Promise<void>;
    readonly 'expire-pictures': () => Promise<void>;
  };
  readonly onUploaded: (key: ImageKey) => Promise<void>;
  /** Captures that wait or are being recognized. */
  readonly queue: RecognitionQueue;
  /** Takes up what was left, then works. */
  readonly start: () => Promise<void>;
  /** Ends what is running; what waits is taken up at the next start. May be called twice. */
  readonly stop: () => Promise<void>;
}

/** Wires recognition for one process. Start it before the broker and the API let anything in. */
export function createRecognition(options: RecognitionOptions): Recognition {
  const { table, people, organizations, images, engine, liveFeed, doorNames, clock, log } = options;
  const stores = openRecognitionStores(table);
  const { captures } = stores;
  const ports: RecognitionPorts = {
    table,
    people,
    organizations,
    images,
    engine,
    liveFeed,
    doorNames,
    clock,
    log,
    ...stores,
  };
  const everywhere = async (run: (org: OrganizationId) => Promise<unknown>) => {
    for (const org of await options.organizationIds()) await run(org);
  };
  const queue = new RecognitionQueue({
    recognize: async ({ org, id }) => void (await takeCapture(ports, org, id)),
    giveUp: async ({ org, id }, reason) => {
      const stored = await captures.get(org, id);
      if (stored?.capture.status === 'pending') await failCapture(ports, org, stored, reason);
    },
    pending: (limit) => pendingEverywhere(captures, options.organizationIds, limit),
    concurrency: options.workers + 1,
    ...(options.queueLimit === undefined ? {} : { limit: options.queueLimit }),
    timer: options.timer ?? systemTimer,
    log,
  });
  const entry = {
    captures,
    images,
    clock,
    log,
    acks: options.acks,
    doorOf: options.doorOf,
    hasRoom: () => queue.hasRoom(),
    onPending: (org: OrganizationId, id: CaptureId) => queue.offer({ org, id }),
  };
  return {
    ports,
    rules: {
      'accept-capture': (message) => acceptCapture(entry, message),
      'accept-passage': (message) => acceptPassage({ ...ports, ...entry }, message),
    },
    timers: {
      'close-passages': () => everywhere((org) => closePassages(ports, org)),
      'finish-captures': () => queue.refill(),
      'expire-pictures': () => everywhere((org) => expirePictures(ports, org)),
    },
    onUploaded: (key) => acceptUpload(entry, key),
    queue,
    start: () => queue.start(),
    stop: () => queue.stop(),
  };
}

async function pendingEverywhere(
  captures: CaptureStore,
  organizationIds: () => Promise<readonly OrganizationId[]>,
  limit: number,
): Promise<{ org: OrganizationId; id: CaptureId }[]> {
  const all: { org: OrganizationId; id: CaptureId }[] = [];
  for (const org of await organizationIds()) {
    for (const { id } of await captures.pending(org, limit)) all.push({ org, id });
  }
  // ULIDs: by when they were made.
  return all.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}
