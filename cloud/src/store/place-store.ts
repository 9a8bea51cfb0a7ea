import type { DoorId, OrganizationId, SiteId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { Door, type DoorPatch, Site, type SitePatch } from '@rollcall/contract/place';
import type { Table } from '../ports/table.ts';

export interface PlaceQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Sites and doors of an organization, at `{org}#sites` and `{org}#doors`: thousands at most, rarely written. */
export class PlaceStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async getSite(org: OrganizationId, id: SiteId): Promise<Site | undefined> {
    const item = await this.#table.get({ pk: `${org}#sites`, sk: id });
    return item && Site.parse(item);
  }

  async getDoor(org: OrganizationId, id: DoorId): Promise<Door | undefined> {
    const item = await this.#table.get({ pk: `${org}#doors`, sk: id });
    return item && Door.parse(item);
  }

  /** @throws Conflict `condition-failed` when there is one with this id. */
  async createSite(org: OrganizationId, site: Site): Promise<Site> {
    return Site.parse(await this.#table.put({ ...site, pk: `${org}#sites`, sk: site.id }, 'absent'));
  }

  /** @throws Conflict `condition-failed` when there is one with this id. */
  async createDoor(org: OrganizationId, door: Door): Promise<Door> {
    return Door.parse(await this.#table.put({ ...door, pk: `${org}#doors`, sk: door.id }, 'absent'));
  }

  /** @returns undefined when there is no such site. @throws Conflict `condition-failed` when it changed meanwhile. */
  async changeSite(org: OrganizationId, id: SiteId, patch: SitePatch): Promise<Site | undefined> {
    const item = await this.#table.get({ pk: `${org}#sites`, sk: id });
    return item && Site.parse(await this.#table.put({ ...item, ...given(patch) }, item.version ?? 0));
  }

  /** @returns undefined when there is no such door. @throws Conflict `condition-failed` when it changed meanwhile. */
  async changeDoor(org: OrganizationId, id: DoorId, patch: DoorPatch): Promise<Door | undefined> {
    const item = await this.#table.get({ pk: `${org}#doors`, sk: id });
    return item && Door.parse(await this.#table.put({ ...item, ...given(patch) }, item.version ?? 0));
  }

  /** By id. */
  async listSites(org: OrganizationId, query: PlaceQuery): Promise<Page<Site>> {
    const page = await this.#table.query({ partition: `${org}#sites`, ...pageOf(query) });
    return { items: page.items.map((item) => Site.parse(item)), nextCursor: page.cursor ?? null };
  }

  /** By id. */
  async listDoors(org: OrganizationId, query: PlaceQuery): Promise<Page<Door>> {
    const page = await this.#table.query({ partition: `${org}#doors`, ...pageOf(query) });
    return { items: page.items.map((item) => Door.parse(item)), nextCursor: page.cursor ?? null };
  }
}

function pageOf({ limit, cursor }: PlaceQuery): { limit: number; cursor?: string } {
  return cursor === undefined ? { limit } : { limit, cursor };
}

/** What a patch names. */
function given(patch: SitePatch | DoorPatch): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
