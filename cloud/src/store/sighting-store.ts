import {
  CaptureId,
  DeviceId,
  DoorId,
  type OrganizationId,
  PassageId,
  PersonId,
  SightingId,
} from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import type { Page } from '@rollcall/contract/page';
import { Verdict } from '@rollcall/contract/sighting';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Query, Table } from '../ports/table.ts';

export const FaceBox = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
/** Where a face is in its picture, in pixels of the upright picture. */
export type FaceBox = Readonly<z.infer<typeof FaceBox>>;

export const SightingFacts = z.object({
  id: SightingId,
  at: Instant,
  verdict: Verdict,
  reason: z.string(),
  /** Whom the verdict names; only with `accepted`. */
  personId: PersonId.nullable(),
  similarity: z.number().nullable(),
  /** Best first. */
  candidates: z.array(z.object({ personId: PersonId, similarity: z.number() })).readonly(),
  doorId: DoorId.nullable(),
  deviceId: DeviceId.nullable(),
  captureId: CaptureId,
  passageId: PassageId,
  face: FaceBox.nullable(),
});
/** What was found at a door; never changes. People by id alone: names are looked up when it is read. */
export type SightingFacts = Readonly<z.infer<typeof SightingFacts>>;

const StoredResolution = z.object({ at: Instant, by: z.string(), personId: PersonId.nullable() });
/** What an admin made of it; never changes either. `personId` null: dismissed. */
export type StoredResolution = Readonly<z.infer<typeof StoredResolution>>;

const Listed = z.object({ id: SightingId, doorId: DoorId.nullable(), verdict: Verdict });
type Listed = z.infer<typeof Listed>;

export interface SightingFilter {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly doorId?: DoorId | undefined;
  readonly personId?: PersonId | undefined;
  readonly verdict?: Verdict | undefined;
  /** Only doubtful and unknown ones that nobody has resolved. */
  readonly open?: boolean | undefined;
}

/**
 * Sightings. One is up to three items: its facts (index 1: all of the organization, index 2: those at its door), a row by verdict
 * (index 1: that verdict, index 2: the open ones), and its resolution. Whose it is, is `AppearanceStore`'s.
 * An index partition per organization is no hot one: 100,000 people within ten minutes are 170 writes/s of the 1,000 it takes.
 */
export class SightingStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, id: SightingId): Promise<SightingFacts | undefined> {
    const item = await this.#table.get(key(org, id, 'facts'));
    return item && SightingFacts.parse(item);
  }

  /** Those that exist, in the order asked for. */
  async getMany(org: OrganizationId, ids: readonly SightingId[]): Promise<SightingFacts[]> {
    const items = await this.#getMany([...new Set(ids)].map((id) => key(org, id, 'facts')));
    return items.flatMap((item) => (item ? [SightingFacts.parse(item)] : []));
  }

  async resolution(org: OrganizationId, id: SightingId): Promise<StoredResolution | undefined> {
    const item = await this.#table.get(key(org, id, 'resolution'));
    return item && StoredResolution.parse(item);
  }

  async resolutions(org: OrganizationId, ids: readonly SightingId[]): Promise<Map<SightingId, StoredResolution>> {
    const items = await this.#getMany(ids.map((id) => key(org, id, 'resolution')));
    const found = new Map<SightingId, StoredResolution>();
    for (const [index, id] of ids.entries()) {
      const item = items[index];
      if (item) found.set(id, StoredResolution.parse(item));
    }
    return found;
  }

  /** The writes that record a sighting, for a batch: the same facts again change nothing. */
  writes(org: OrganizationId, facts: SightingFacts): { readonly put: Item }[] {
    const range = `${facts.at}#${facts.id}`;
    const main: Item = {
      ...key(org, facts.id, 'facts'),
      i1pk: `${org}#sightings`,
      i1sk: range,
      ...(facts.doorId ? { i2pk: `${org}#sightings-at#${facts.doorId}`, i2sk: range } : {}),
    };
    return [{ put: { ...facts, ...main } }, { put: verdictRow(org, facts, isReviewable(facts)) }];
  }

  /** @returns undefined when there is one already. */
  async resolve(
    org: OrganizationId,
    id: SightingId,
    resolution: StoredResolution,
  ): Promise<StoredResolution | undefined> {
    try {
      await this.#table.put({ ...resolution, ...key(org, id, 'resolution') }, 'absent');
      return resolution;
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  /** The write that takes a resolved sighting off the open ones. */
  closing(org: OrganizationId, facts: SightingFacts): { readonly put: Item } {
    return { put: verdictRow(org, facts, false) };
  }

  async delete(org: OrganizationId, id: SightingId): Promise<void> {
    await this.#table.batch(
      (['facts', 'verdict', 'resolution'] as const).map((part) => ({ delete: key(org, id, part) })),
    );
  }

  /**
   * Newest first, by everything but the person. Read by the narrowest key and sifted for the rest, at most `readLimit` items a
   * page: a page may be short, or empty, with more to come.
   */
  async list(
    org: OrganizationId,
    filter: Omit<SightingFilter, 'personId'>,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<SightingId>> {
    const wanted = (row: Listed) =>
      (!filter.doorId || row.doorId === filter.doorId) && (!filter.verdict || row.verdict === filter.verdict);
    const query = { ...listing(org, filter), range: rangeOf(filter), order: 'descending' } as const;
    const ids: SightingId[] = [];
    let cursor = page.cursor;
    for (let read = 0; read < readLimit; ) {
      // Never more than what is still missing, so that the table's cursor is ours too.
      const limit = page.limit - ids.length;
      const found = await this.#table.query({ ...query, limit, ...(cursor ? { cursor } : {}) });
      for (const row of found.items.map((item) => Listed.parse(item))) if (wanted(row)) ids.push(row.id);
      cursor = found.cursor;
      read += limit;
      if (!cursor || ids.length === page.limit) break;
    }
    return { items: ids, nextCursor: cursor ?? null };
  }

  async #getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    const items: (Item | undefined)[] = [];
    for (let from = 0; from < keys.length; from += 100) {
      items.push(...(await this.#table.getMany(keys.slice(from, from + 100))));
    }
    return items;
  }
}

const readLimit = 2_000;

/** Whether an admin is asked about it. */
export function isReviewable(facts: Pick<SightingFacts, 'verdict'>): boolean {
  return facts.verdict === 'doubtful' || facts.verdict === 'unknown';
}

function listing(org: OrganizationId, filter: SightingFilter): Pick<Query, 'partition' | 'index'> {
  if (filter.open) return { partition: `${org}#sightings-open`, index: 2 };
  // Nearly all are accepted: for them the door is narrower.
  if (filter.verdict && !(filter.verdict === 'accepted' && filter.doorId)) {
    return { partition: `${org}#sightings-by-verdict#${filter.verdict}`, index: 1 };
  }
  if (filter.doorId) return { partition: `${org}#sightings-at#${filter.doorId}`, index: 2 };
  return { partition: `${org}#sightings`, index: 1 };
}

function rangeOf(filter: SightingFilter): { from?: string; to?: string } {
  // `$` comes after the `#` that ends the instant in the key.
  return { ...(filter.from ? { from: filter.from } : {}), ...(filter.to ? { to: `${filter.to}$` } : {}) };
}

function verdictRow(org: OrganizationId, facts: SightingFacts, open: boolean): Item {
  const range = `${facts.at}#${facts.id}`;
  return {
    ...key(org, facts.id, 'verdict'),
    i1pk: `${org}#sightings-by-verdict#${facts.verdict}`,
    i1sk: range,
    ...(open ? { i2pk: `${org}#sightings-open`, i2sk: range } : {}),
    id: facts.id,
    doorId: facts.doorId,
    verdict: facts.verdict,
  };
}

function key(org: OrganizationId, id: SightingId, part: 'facts' | 'verdict' | 'resolution'): Key {
  return { pk: `${org}#sighting#${id}`, sk: part };
}
