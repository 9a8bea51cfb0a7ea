import { DeviceSettings } from '@rollcall/contract/device-config';
import { Heartbeat } from '@rollcall/contract/heartbeat';
import { DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import type { Page } from '@rollcall/contract/page';
import { Device } from '@rollcall/contract/place';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';

const DeviceRecord = z.object({
  id: DeviceId,
  doorId: DoorId.nullable(),
  state: Device.shape.state,
  /** Fingerprint of the certificate with which it may connect; null before it registered. */
  certificate: z.string().nullable(),
  /** Of the one that it got to go on with: it counts too, and becomes the only one once the device has come with it. */
  nextCertificate: z.string().nullable().default(null),
  /** Those that count no more, and are still to be taken back where they were issued. */
  oldCertificates: z.array(z.string()).default([]),
  lastSeenAt: Instant.nullable(),
  health: Heartbeat.omit({ still: true }).nullable(),
  stillAt: Instant.nullable(),
  replacedBy: Device.shape.replacedBy.default(null),
  decommission: Device.shape.decommission.default(null),
  /** To be set on it once it has come: those of the device whose place it took. */
  settings: DeviceSettings.nullable().default(null),
});
/** A device as it is kept. Whether it is online is known by its connection, not here. */
export type DeviceRecord = Readonly<z.infer<typeof DeviceRecord>>;

/** A device to be: what has a default may be left out. */
export type NewDevice = Readonly<z.input<typeof DeviceRecord>>;

const Finder = z.object({ organizationId: OrganizationId });

/**
 * Devices of an organization, at `{org}#device#{id}`, listed by id in index 1; those to be wiped by their deadline in index 2. An id is one organization's in the whole deployment, as
 * thing names are in an AWS account; `device#{id}` says whose.
 */
export class DeviceStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, id: DeviceId): Promise<DeviceRecord | undefined> {
    const item = await this.#table.get(key(org, id));
    return item && DeviceRecord.parse(item);
  }

  /** Whose device it is: where a device comes by its serial number alone. */
  async organizationOf(id: DeviceId): Promise<OrganizationId | undefined> {
    const item = await this.#table.get(finder(id));
    return item && Finder.parse(item).organizationId;
  }

  /** @throws Conflict `condition-failed` when there is one with this id, here or in another organization. */
  async create(org: OrganizationId, device: NewDevice): Promise<DeviceRecord> {
    const record = DeviceRecord.parse(device);
    await this.#claim(org, record.id);
    return DeviceRecord.parse(await this.#table.put(toItem(org, record), 'absent'));
  }

  /**
   * Changes the record by a function of what is stored, again when somebody was quicker, so that a late heartbeat
   * never undoes a revocation. The function may throw to refuse, or return what it got to change nothing.
   * @returns undefined when there is no such device.
   */
  async change(
    org: OrganizationId,
    id: DeviceId,
    how: (device: DeviceRecord) => DeviceRecord,
  ): Promise<DeviceRecord | undefined> {
    for (;;) {
      const item = await this.#table.get(key(org, id));
      if (!item) return undefined;
      const stored = DeviceRecord.parse(item);
      const changed = how(stored);
      if (changed === stored) return stored;
      try {
        return DeviceRecord.parse(await this.#table.put(toItem(org, changed), item.version ?? 0));
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }

  async delete(org: OrganizationId, id: DeviceId): Promise<void> {
    await this.#table.delete(key(org, id));
    if ((await this.organizationOf(id)) === org) await this.#table.delete(finder(id));
  }

  /** By id. */
  async list(org: OrganizationId, query: { limit: number; cursor?: string | undefined }): Promise<Page<DeviceRecord>> {
    const page = await this.#table.query({
      partition: `${org}#devices`,
      index: 1,
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    });
    return { items: page.items.map((item) => DeviceRecord.parse(item)), nextCursor: page.cursor ?? null };
  }

  /** Those that are to be wiped, by their deadline. */
  async decommissioning(
    org: OrganizationId,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<DeviceRecord>> {
    const page = await this.#table.query({
      partition: `${org}#decommissioning`,
      index: 2,
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    });
    return { items: page.items.map((item) => DeviceRecord.parse(item)), nextCursor: page.cursor ?? null };
  }

  async #claim(org: OrganizationId, id: DeviceId): Promise<void> {
    try {
      await this.#table.put({ ...finder(id), organizationId: org }, 'absent');
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // Ours from a try that did not come to its end, or of a device that is there: the record itself decides.
      if ((await this.organizationOf(id)) === org) return;
      throw new Conflict(`device ${id} is registered already; a serial number is one device’s`, { cause: error });
    }
  }
}

function toItem(org: OrganizationId, device: DeviceRecord): Item {
  const { id, state, decommission } = device;
  const deadline =
    state === 'decommissioning' && decommission
      ? { i2pk: `${org}#decommissioning`, i2sk: `${decommission.deadline}#${id}` }
      : {};
  return { ...device, ...key(org, id), i1pk: `${org}#devices`, i1sk: id, ...deadline };
}

function key(org: OrganizationId, id: DeviceId): Key {
  return { pk: `${org}#device#${id}`, sk: 'device' };
}

/** Starts with no organization: it is how the organization is found. */
function finder(id: DeviceId): Key {
  return { pk: `device#${id}`, sk: 'organization' };
}
