import type { DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import type { Clock } from '@rollcall/kit/clock';
import type { Table } from '../ports/table.ts';
import { ApiKeyStore } from '../store/api-key-store.ts';
import { AuditStore } from '../store/audit-store.ts';
import { CertificateStore } from '../store/certificate-store.ts';
import { DeviceStore } from '../store/device-store.ts';
import { ExternalIdStore } from '../store/external-id-store.ts';
import { ForgettingStore } from '../store/forgetting-store.ts';
import { GroupStore } from '../store/group-store.ts';
import { IdempotencyStore } from '../store/idempotency-store.ts';
import { JobStore } from '../store/job-store.ts';
import { type OrganizationDefaults, OrganizationStore } from '../store/organization-store.ts';
import { PeopleStore } from '../store/people-store.ts';
import { PlaceStore } from '../store/place-store.ts';
import { UnfinishedPhotoStore } from '../store/unfinished-photo-store.ts';
import { UserStore } from '../store/user-store.ts';

/** Doors of an organization that are read at once; the design's largest has 2,000. */
const doorPage = 1_000;

export type SiteStores = ReturnType<typeof openStores>;

/** Every store but recognition's own, on one table. */
export function openStores(table: Table, clock: Clock, defaults: OrganizationDefaults) {
  const devices = new DeviceStore(table);
  const places = new PlaceStore(table);
  return {
    apiKeys: new ApiKeyStore(table),
    auditStore: new AuditStore(table),
    certificates: new CertificateStore(table),
    devices,
    externalIds: new ExternalIdStore(table),
    forgetting: new ForgettingStore(table),
    groups: new GroupStore(table),
    jobs: new JobStore(table),
    idempotency: new IdempotencyStore(table, clock),
    organizations: new OrganizationStore(table, defaults),
    people: new PeopleStore(table),
    places,
    unfinishedPhotos: new UnfinishedPhotoStore(table),
    users: new UserStore(table),
    /** The door to which a device is assigned. */
    doorOf: async (org: OrganizationId, device: DeviceId): Promise<DoorId | null> =>
      (await devices.get(org, device))?.doorId ?? null,
    /** Names of an organization's doors. */
    doorNames: async (org: OrganizationId): Promise<ReadonlyMap<DoorId, string>> => {
      const names = new Map<DoorId, string>();
      let cursor: string | undefined;
      do {
        const page = await places.listDoors(org, { limit: doorPage, cursor });
        for (const door of page.items) names.set(door.id, door.name);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return names;
    },
  };
}
