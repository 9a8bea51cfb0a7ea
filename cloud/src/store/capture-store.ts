import { FaceSummary, Region, ShotScore } from '@rollcall/contract/capture';
import { CaptureId, DeviceId, DoorId, type OrganizationId, PassageId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';

const CaptureRecord = z.object({
  id: CaptureId,
  /** `upload`: a kiosk, a phone or a script asked for an upload URL. */
  source: z.enum(['device', 'upload']),
  deviceId: DeviceId.nullable(),
  doorId: DoorId.nullable(),
  /** Who asked for the upload; null for a device. */
  createdBy: z.string().nullable(),
  passageId: PassageId,
  takenAt: Instant,
  /** False: the device's clock could not be believed, and `takenAt` is when the capture was received. */
  clockTrusted: z.boolean(),
  /** What the device said, when it was not believed. */
  claimedAt: Instant.optional(),
  receivedAt: Instant,
  /** Where its picture is in the image store. */
  imageKey: z.string(),
  region: Region.optional(),
  /** Why the agent chose it, and what it saw of the faces. */
  shot: ShotScore.optional(),
  face: FaceSummary.optional(),
  /** `awaiting`: its picture has not been uploaded yet; `pending`: not recognized yet. */
  status: z.enum(['awaiting', 'pending', 'done', 'failed']),
  /** Why it failed, or why it is done without having been searched. */
  reason: z.string().optional(),
  /** It failed by a fault of ours: handed over again, it is tried again. */
  givenUp: z.literal(true).optional(),
  /** Tracks of the passage that its faces belong to. */
  tracks: z.array(z.int()).readonly(),
  /** Until when the picture may be uploaded. */
  uploadUntil: Instant.optional(),
});
/** One picture that was handed in, and how far it came. */
export type CaptureRecord = Readonly<z.infer<typeof CaptureRecord>>;

/** Pictures that go by the same rule: those in which nobody is identified, all others, and what jobs of devices brought. */
export type ExpiryKind = 'all' | 'unidentified' | 'reports';

const Expired = z.object({
  /** UTC day before which all are deleted. */
  day: z.string(),
  /** Of that day, those before it are too. */
  cursor: z.string().optional(),
});
export type Expired = Readonly<z.infer<typeof Expired>>;

/** A capture with the version to write on. */
export interface StoredCapture {
  readonly capture: CaptureRecord;
  readonly version: number;
}

/**
 * Captures, each in a partition of its own, so that a morning rush spreads. Index 1 holds what is unfinished, oldest first,
 * and what is finished by day; index 2 the captures of a passage.
 */
export class CaptureStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, id: CaptureId): Promise<StoredCapture | undefined> {
    const item = await this.#table.get(key(org, id));
    return item && stored(item);
  }

  /** Those that exist. */
  async getMany(org: OrganizationId, ids: readonly CaptureId[]): Promise<CaptureRecord[]> {
    const items = await this.#table.getMany([...new Set(ids)].slice(0, 100).map((id) => key(org, id)));
    return items.flatMap((item) => (item ? [CaptureRecord.parse(item)] : []));
  }

  /** @returns undefined when there is already a capture with this id. */
  async create(org: OrganizationId, capture: CaptureRecord): Promise<StoredCapture | undefined> {
    try {
      return stored(await this.#table.put(toItem(org, capture), 'absent'));
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  /** @returns undefined when the record moved on from `version`. */
  async replace(org: OrganizationId, capture: CaptureRecord, version: number): Promise<StoredCapture | undefined> {
    try {
      return stored(await this.#table.put(toItem(org, capture), version));
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  async delete(org: OrganizationId, id: CaptureId): Promise<void> {
    await this.#table.delete(key(org, id));
  }

  /** Stored but not recognized, oldest first; no more than 1,000 a shard, whatever the limit. */
  async pending(org: OrganizationId, limit: number): Promise<CaptureRecord[]> {
    const shards = await Promise.all(
      Array.from({ length: shardCount }, (_, shard) =>
        this.#table.query({ partition: pendingPartition(org, shard), index: 1, limit: Math.min(limit, 1000) }),
      ),
    );
    const captures = shards.flatMap((page) => page.items.map((item) => CaptureRecord.parse(item)));
    captures.sort((a, b) => compare(a.receivedAt, b.receivedAt) || compare(a.id, b.id));
    return captures.slice(0, limit);
  }

  /** Those whose upload was due before `instant`. */
  async overdueUploads(org: OrganizationId, instant: Instant, limit: number): Promise<StoredCapture[]> {
    const page = await this.#table.query({
      partition: `${org}#awaiting-captures`,
      index: 1,
      range: { to: instant },
      limit,
    });
    return page.items.map(stored);
  }

  /** Finished captures that came on a UTC day, in the order of their ids. */
  async finishedOn(
    org: OrganizationId,
    day: string,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<{ readonly items: readonly CaptureRecord[]; readonly cursor?: string }> {
    const { items, cursor } = await this.#table.query({
      partition: dayPartition(org, day),
      index: 1,
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    const captures = items.map((item) => CaptureRecord.parse(item));
    return cursor ? { items: captures, cursor } : { items: captures };
  }

  /** How far the deletion of pictures of this kind has come. */
  async expired(org: OrganizationId, kind: ExpiryKind): Promise<Expired | undefined> {
    const item = await this.#table.get(expiryKey(org, kind));
    return item && Expired.parse(item);
  }

  async setExpired(org: OrganizationId, kind: ExpiryKind, expired: Expired): Promise<void> {
    await this.#table.put({ ...expiryKey(org, kind), ...Expired.parse(expired) });
  }

  /** All captures that name this passage, at most 200. */
  async ofPassage(org: OrganizationId, passageId: PassageId): Promise<CaptureRecord[]> {
    const page = await this.#table.query({ partition: passagePartition(org, passageId), index: 2, limit: 200 });
    return page.items.map((item) => CaptureRecord.parse(item));
  }
}

/** So many partitions share the writes to the index of the unfinished. */
const shardCount = 8;

function key(org: OrganizationId, id: CaptureId): Key {
  return { pk: `${org}#capture#${id}`, sk: 'capture' };
}

function toItem(org: OrganizationId, capture: CaptureRecord): Item {
  return {
    ...capture,
    ...key(org, capture.id),
    ...progressIndex(org, capture),
    i2pk: passagePartition(org, capture.passageId),
    i2sk: capture.id,
  };
}

function progressIndex(org: OrganizationId, capture: CaptureRecord): Partial<Item> {
  if (capture.status === 'awaiting') {
    return { i1pk: `${org}#awaiting-captures`, i1sk: `${capture.uploadUntil ?? capture.receivedAt}#${capture.id}` };
  }
  if (capture.status !== 'pending') {
    return { i1pk: dayPartition(org, capture.receivedAt.slice(0, 10)), i1sk: capture.id };
  }
  // The last character of a ULID is random, so shards fill evenly.
  const shard = capture.id.charCodeAt(capture.id.length - 1) % shardCount;
  return { i1pk: pendingPartition(org, shard), i1sk: `${capture.receivedAt}#${capture.id}` };
}

function dayPartition(org: OrganizationId, day: string): string {
  return `${org}#captures-on#${day}`;
}

function expiryKey(org: OrganizationId, kind: string): Key {
  return { pk: `${org}#expired-pictures`, sk: kind };
}

function pendingPartition(org: OrganizationId, shard: number): string {
  return `${org}#pending-captures#${shard}`;
}

function passagePartition(org: OrganizationId, id: PassageId): string {
  return `${org}#captures-of#${id}`;
}

function stored(item: Item): StoredCapture {
  return { capture: CaptureRecord.parse(item), version: item.version ?? 0 };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
