import type { OrganizationId } from '@rollcall/contract/ids';
import type { DeviceCertificates } from '../ports/device-certificates.ts';
import type { DeviceRecord, DeviceStore } from '../store/device-store.ts';

export interface RetireCertificatesPorts {
  readonly devices: DeviceStore;
  readonly deviceCertificates: DeviceCertificates;
}

/** Takes back what counts no more. What fails stays on the device's record, and is tried again with its next connection. */
export async function retireCertificates(
  { devices, deviceCertificates }: RetireCertificatesPorts,
  org: OrganizationId,
  { id, oldCertificates }: DeviceRecord,
): Promise<void> {
  for (const certificate of oldCertificates) {
    await deviceCertificates.retire(org, id, certificate);
    await devices.change(org, id, (stored) => ({
      ...stored,
      oldCertificates: stored.oldCertificates.filter((other) => other !== certificate),
    }));
  }
}
