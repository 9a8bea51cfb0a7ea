import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { CertificateStore } from '../store/certificate-store.ts';
import { certificatesOf } from './device-certificates.ts';
import { type JobPorts, listJobs, requestJob } from './request-job.ts';

export interface RenewCertificatesPorts extends JobPorts {
  readonly certificates: CertificateStore;
  readonly log: Log;
}

/** Certificates of one look; the rest is looked at in the next one. */
const atOnce = 500;
/** A device is told once in this time. */
const tellAgainMs = 86_400_000;
const recentJobs = 20;

/**
 * Tells devices whose certificate nears its end to get another one, by the clock of this side: a device that no time server reaches does
 * not know what day it is. One that knows does it by itself, and is not told.
 */
export async function renewCertificates(ports: RenewCertificatesPorts, org: OrganizationId): Promise<void> {
  const now = ports.clock.now();
  for (const { deviceId, fingerprint } of await ports.certificates.toRenew(org, instantOf(now), atOnce)) {
    const device = await ports.devices.get(org, deviceId);
    if (!device || !certificatesOf(device).includes(fingerprint)) await ports.certificates.delete(org, fingerprint);
    else if (device.state === 'active' && device.certificate === fingerprint) await tell(ports, org, deviceId);
  }
}

async function tell(ports: RenewCertificatesPorts, org: OrganizationId, id: DeviceId): Promise<void> {
  const { items } = await listJobs(ports, org, id, { limit: recentJobs });
  const last = items.find(({ kind }) => kind === 'rotate');
  if (last && Date.parse(last.queuedAt) + tellAgainMs > ports.clock.now()) return;
  try {
    await requestJob(ports, org, id, { kind: 'rotate' });
    ports.log.info('certificate-renewal-requested', { org, deviceId: id });
  } catch (error) {
    // It has too much to do, or was revoked just now.
    if (!(error instanceof Conflict)) throw error;
    ports.log.warn('certificate-renewal-not-requested', { org, deviceId: id, reason: error.message });
  }
}
