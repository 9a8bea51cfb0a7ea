import type { DoorId, OrganizationId } from '@rollcall/contract/ids';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { FaceEngine } from '../ports/face-engine.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { LiveFeed } from '../ports/live-feed.ts';
import type { Table } from '../ports/table.ts';
import type { AppearanceStore } from '../store/appearance-store.ts';
import type { AttendanceStore } from '../store/attendance-store.ts';
import type { CaptureStore } from '../store/capture-store.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import type { PassageLog } from '../store/passage-log.ts';
import type { PassageStore } from '../store/passage-store.ts';
import type { PeopleStore } from '../store/people-store.ts';
import type { SightingStore } from '../store/sighting-store.ts';

/** What the way from a capture to the register stands on. Each use-case names the part of it that it takes. */
export interface RecognitionPorts {
  readonly table: Table;
  readonly captures: CaptureStore;
  readonly passages: PassageStore;
  readonly passageLog: PassageLog;
  readonly sightings: SightingStore;
  readonly appearances: AppearanceStore;
  readonly attendance: AttendanceStore;
  readonly people: PeopleStore;
  readonly organizations: OrganizationStore;
  readonly images: ImageStore;
  readonly engine: FaceEngine;
  readonly liveFeed: LiveFeed;
  readonly clock: Clock;
  readonly log: Log;
  /** Names of an organization's doors. */
  readonly doorNames: (org: OrganizationId) => Promise<ReadonlyMap<DoorId, string>>;
}

/** What deciding a passage takes: no picture is looked at any more, so whoever only does this needs nothing that can. */
export interface SettlePorts extends Omit<RecognitionPorts, 'engine' | 'images'> {
  readonly engine: Pick<FaceEngine, 'searchTogether' | 'isSamePerson'>;
}
