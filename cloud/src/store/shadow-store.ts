import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';

const Section = z.record(z.string(), z.unknown());

/** What is kept of a shadow. A section that is empty is absent. */
const ShadowDocument = z.object({
  /** What is wanted of the device. */
  desired: Section.optional(),
  /** What the device says of itself. */
  reported: Section.optional(),
  /** When each value of both was set, in seconds, in the same shape. */
  metadata: z.object({ desired: Section.optional(), reported: Section.optional() }),
});
export type ShadowDocument = Readonly<z.infer<typeof ShadowDocument>>;

/** A shadow with its version, which counts its writes from 1 and goes on over a deletion, as on AWS. */
export interface StoredShadow {
  readonly version: number;
  /** undefined after it was deleted. */
  readonly document: ShadowDocument | undefined;
}

const ShadowRecord = z.object({ document: z.string().nullable(), version: z.int() });

/** The `config` shadow of each device, at `{org}#device#{id}`; its version is that of the item. */
export class ShadowStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, device: DeviceId): Promise<StoredShadow | undefined> {
    const item = await this.#table.get(key(org, device));
    return item && readRecord(item);
  }

  /**
   * Changes the shadow by a function of what is stored, again when somebody was quicker. The function may throw to refuse.
   * @returns the shadow as it is now, and as it was.
   */
  async change(
    org: OrganizationId,
    device: DeviceId,
    how: (stored: StoredShadow | undefined) => ShadowDocument | undefined,
  ): Promise<{ readonly now: StoredShadow; readonly before: StoredShadow | undefined }> {
    for (;;) {
      const before = await this.get(org, device);
      const document = how(before);
      const item = { ...key(org, device), document: document ? JSON.stringify(document) : null };
      try {
        const now = readRecord(await this.#table.put(item, before?.version ?? 'absent'));
        return { now, before };
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }

  /** Its version starts anew with the next device of this id. */
  async forget(org: OrganizationId, device: DeviceId): Promise<void> {
    await this.#table.delete(key(org, device));
  }
}

function readRecord(item: unknown): StoredShadow {
  const { document, version } = ShadowRecord.parse(item);
  return { version, document: document === null ? undefined : ShadowDocument.parse(JSON.parse(document)) };
}

function key(org: OrganizationId, device: DeviceId): Key {
  return { pk: `${org}#device#${device}`, sk: 'shadow#config' };
}
