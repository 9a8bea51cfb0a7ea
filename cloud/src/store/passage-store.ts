import { CaptureId, DeviceId, DoorId, type OrganizationId, PassageId, PersonId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';
import { FaceBox, SightingFacts } from './sighting-store.ts';

const TrackShot = z.object({
  captureId: CaptureId,
  takenAt: Instant,
  box: FaceBox.nullable(),
  /** Width times sharpness: which shot of a track is shown and kept. */
  weight: z.number(),
  /** Why the face cannot be used, in words; null when it can. */
  problem: z.string().nullable(),
  /** What the face engine compares it by; opaque. */
  evidence: z.string(),
  candidates: z.array(z.object({ personId: PersonId, similarity: z.number() })).readonly(),
});
/** One face in one capture. */
export type TrackShot = Readonly<z.infer<typeof TrackShot>>;

const Track = z.object({
  /** From 1; ends the id of its sighting. */
  number: z.int(),
  shots: z.array(TrackShot).readonly(),
  /** What was decided about it; final. */
  sighting: SightingFacts.nullable(),
  /** It turned out to be the face of this other track, or one not worth a sighting of its own (0). */
  sameAs: z.int().optional(),
});
/** A face that was seen in one or more captures of a passage. */
export type Track = Readonly<z.infer<typeof Track>>;

const DoorShot = z.object({
  captureId: CaptureId,
  /** By the device's own clock, believed or not: what counts is how long after another one. */
  at: Instant,
  /** Of the passage, from 1. */
  sequence: z.int(),
  /** As the agent says, 0 to 1. */
  score: z.number(),
  size: z.number(),
  /** Faces that the agent saw; null when it did not look. */
  faces: z.int().nullable(),
  /** Whoever is in it can probably be recognized by it alone. */
  isGood: z.boolean(),
});
/** A capture of a door before anybody has looked at its picture. */
export type DoorShot = Readonly<z.infer<typeof DoorShot>>;

const Passage = z.object({
  id: PassageId,
  deviceId: DeviceId.nullable(),
  doorId: DoorId.nullable(),
  /**
   * `open`: more is expected. `decided`: all is decided, the sightings may still have to be written. `settled`: it fell silent and was
   * decided; what comes late is still linked. `closed`: nothing more is expected, and what could be compared (evidence) is gone.
   */
  state: z.enum(['open', 'decided', 'settled', 'closed']),
  /** Finished captures, each with the tracks of its faces; one that was not searched has those of its walk. */
  captures: z.record(z.string(), z.array(z.int()).readonly()),
  tracks: z.array(Track).readonly(),
  /** The captures that the device named when it closed the passage. */
  expected: z.array(CaptureId).readonly().nullable(),
  /** Where searching has a price: what came, searched or not. */
  shots: z.array(DoorShot).readonly().default([]),
  /** Of those in `captures`, the ones that were not searched. */
  skipped: z.array(CaptureId).readonly().default([]),
  /** Who is at work on it: one search at a time, so that none is paid for twice. After `until` they have died. */
  searching: z.object({ captureId: CaptureId, until: Instant }).readonly().nullable().default(null),
  /** When to look at it again; null when never. */
  dueAt: Instant.nullable(),
});
/** What is known of a passage while it goes on and after. */
export type Passage = Readonly<z.infer<typeof Passage>>;

/** A passage with the version to write on; 0 when it is not stored yet. */
export interface StoredPassage {
  readonly passage: Passage;
  readonly version: number;
}

/** So many partitions share the writes to the index of those that are due: each picture of a passage moves it. */
const shardCount = 8;

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
    const due = passage.dueAt
      ? { i1pk: duePartition(org, shardOf(passage.id)), i1sk: `${passage.dueAt}#${passage.id}` }
      : {};
    try {
      const item = { ...passage, ...key(org, passage.id), ...due, expiresAt };
      return stored(await this.#table.put(item, version === 0 ? 'absent' : version));
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  /** Ids of those due at `instant`, the longest overdue first. */
  async due(org: OrganizationId, instant: Instant, limit: number): Promise<PassageId[]> {
    const shards = await Promise.all(
      Array.from({ length: shardCount }, (_, shard) =>
        this.#table.query({
          partition: duePartition(org, shard),
          index: 1,
          // `$` comes after the `#` that ends the instant in the key.
          range: { to: `${instant}$` },
          limit,
        }),
      ),
    );
    const due = shards.flatMap(({ items }) => items.map(({ id, i1sk = '' }) => ({ id: PassageId.parse(id), i1sk })));
    return due
      .toSorted((a, b) => (a.i1sk < b.i1sk ? -1 : 1))
      .slice(0, limit)
      .map(({ id }) => id);
  }
}

function key(org: OrganizationId, id: PassageId): Key {
  return { pk: `${org}#passage#${id}`, sk: 'passage' };
}

/** The last character of a ULID is random, so shards fill evenly. */
function shardOf(id: PassageId): number {
  return id.charCodeAt(id.length - 1) % shardCount;
}

function duePartition(org: OrganizationId, shard: number): string {
  return `${org}#due-passages#${shard}`;
}

function stored(item: Item): StoredPassage {
  return { passage: Passage.parse(item), version: item.version ?? 0 };
}
