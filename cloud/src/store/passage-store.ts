import type { CaptureId, DeviceId, DoorId, OrganizationId, PassageId } from '@rollcall/contract/ids';
import type { Instant } from '@rollcall/contract/instant';
import { Conflict } from '@rollcall/kit/app-error';
import type { Candidate, FaceEvidence } from '../ports/face-engine.ts';
import type { Item, Key, Table } from '../ports/table.ts';
import { itemData, itemOf } from './item-data.ts';
import type { FaceBox, SightingFacts } from './sighting-store.ts';

/** One face in one capture. */
export interface TrackShot {
  readonly captureId: CaptureId;
  readonly takenAt: Instant;
  readonly box: FaceBox | null;
  /** Width times sharpness: which shot of a track is shown and kept. */
  readonly weight: number;
  /** Why the face cannot be used, in words; null when it can. */
  readonly problem: string | null;
  readonly evidence: FaceEvidence;
  readonly candidates: readonly Candidate[];
}

/** A face that was seen in one or more captures of a passage. */
export interface Track {
  /** From 1; ends the id of its sighting. */
  readonly number: number;
  readonly shots: readonly TrackShot[];
  /** What was decided about it; final. */
  readonly sighting: SightingFacts | null;
  /** It turned out to be the face of this earlier track, or one not worth a sighting of its own (0). */
  readonly sameAs?: number;
}

/**
 * What is known of a passage while it goes on and after.
 * `open`: more is expected. `decided`: all is decided, the sightings may still have to be written. `settled`: it fell silent and was
 * decided; what comes late is still linked. `closed`: nothing more is expected, and what could be compared (evidence) is gone.
 */
export interface Passage {
  readonly id: PassageId;
  readonly deviceId: DeviceId | null;
  readonly doorId: DoorId | null;
  readonly state: 'open' | 'decided' | 'settled' | 'closed';
  /** Recognized captures, each with the tracks of its faces. */
  readonly captures: { readonly [captureId: string]: readonly number[] };
  readonly tracks: readonly Track[];
  /** The captures that the device named when it closed the passage. */
  readonly expected: readonly CaptureId[] | null;
  /** When to look at it again; null when never. */
  readonly dueAt: Instant | null;
}

/** A passage with the version to write on; 0 when it is not stored yet. */
export interface StoredPassage {
  readonly passage: Passage;
  readonly version: number;
}

/** Passages by id; index 1 holds those that somebody must look at again, by when. */
export class PassageStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, id: PassageId): Promise<StoredPassage | undefined> {
    const item = await this.#table.get(key(org, id));
    return item && stored(item);
  }

  /**
   * @param version of what was read, 0 for nothing; @param expiresAt seconds since the epoch.
   * @returns undefined when somebody was quicker: read again.
   */
  async save(
    org: OrganizationId,
    passage: Passage,
    version: number,
    expiresAt: number,
  ): Promise<StoredPassage | undefined> {
    const due = passage.dueAt ? { i1pk: `${org}#due-passages`, i1sk: `${passage.dueAt}#${passage.id}` } : {};
    try {
      const item = itemOf({ ...key(org, passage.id), ...due, expiresAt }, passage);
      return stored(await this.#table.put(item, version === 0 ? 'absent' : version));
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  /** Ids of those due at `instant`, the longest overdue first. */
  async due(org: OrganizationId, instant: Instant, limit: number): Promise<PassageId[]> {
    const page = await this.#table.query({
      partition: `${org}#due-passages`,
      index: 1,
      // `$` comes after the `#` that ends the instant in the key.
      range: { to: `${instant}$` },
      limit,
    });
    return page.items.map((item) => itemData<Passage>(item).id);
  }
}

function key(org: OrganizationId, id: PassageId): Key {
  return { pk: `${org}#passage#${id}`, sk: 'passage' };
}

function stored(item: Item): StoredPassage {
  const { expiresAt: _, ...passage } = itemData<Passage & { expiresAt?: number }>(item);
  return { passage, version: item.version ?? 0 };
}
