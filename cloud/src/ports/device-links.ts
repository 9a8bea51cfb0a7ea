import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';

/** The open connections of devices. */
export interface DeviceLinks {
  /** Those of `ids` that are connected now. */
  online(org: OrganizationId, ids: readonly DeviceId[]): Promise<ReadonlySet<DeviceId>>;

  /** Ends the device's connection, if there is one. Whether it may come back is the record's matter. */
  drop(org: OrganizationId, id: DeviceId): Promise<void>;
}
