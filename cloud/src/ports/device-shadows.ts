import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { JsonObject } from '@rollcall/kit/merge-patch';

/** A device's named shadow `config`: what is wanted of it, and what it says of itself. */
export interface DeviceShadow {
  /** Empty when nothing is wanted. */
  readonly desired: JsonObject;
  /** undefined before the device said anything. */
  readonly reported: JsonObject | undefined;
  /** Counts writes by either side. */
  readonly version: number;
}

/** The configuration of devices, kept where they find it when they come back. Both sides write; nothing in it has been checked. */
export interface DeviceShadows {
  get(org: OrganizationId, id: DeviceId): Promise<DeviceShadow | undefined>;

  /**
   * Merges `patch` into what is wanted, as RFC 7396 has it, and tells the device. @param version that the shadow must have; undefined
   * when there was none.
   * @throws Conflict `version-conflict` when it has another by now; InvalidInput `too-large` over 8 KB.
   */
  setDesired(org: OrganizationId, id: DeviceId, patch: JsonObject, version: number | undefined): Promise<void>;

  /** Fine when there is none. */
  delete(org: OrganizationId, id: DeviceId): Promise<void>;
}
