import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';

/** Certificates where they were issued: on AWS IoT, or by the site's own authority. Who may connect is in the device's record. */
export interface DeviceCertificates {
  /** Takes a certificate of a device back for good. Nothing happens when it is gone. @throws Unavailable when it may work later */
  retire(org: OrganizationId, device: DeviceId, certificate: string): Promise<void>;

  /** Removes what else there is of a device where it connects, such as its thing. Nothing happens when it is gone. */
  forget(org: OrganizationId, device: DeviceId): Promise<void>;
}
