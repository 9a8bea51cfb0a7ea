import { isJobOver } from '@rollcall/contract/device-job';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, NotFound } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { DeviceRecord } from '../store/device-store.ts';
import { certificatesOf } from './device-certificates.ts';
import { stillKey } from './record-heartbeat.ts';
import { cancelJobs, type JobPorts, listJobs, requestJob } from './request-job.ts';
import { type ForgetDevicePorts, revokeDevice } from './revoke-device.ts';

export type DecommissionPorts = ForgetDevicePorts & JobPorts;

const hourMs = 3_600_000;
/** A device that could not be wiped is asked again after this time. */
const askAgainMs = 10 * 60_000;
/** Jobs of one device that are looked through for the last order to wipe. */
const recentJobs = 20;
const pageSize = 100;

/**
 * Takes a device out of service with all that it knows: it may connect until it has sent what it has, wiped itself and said so, and no
 * longer than until its deadline. One that is on its way out already stays as it is.
 * @throws NotFound; Conflict for a device that cannot be told: it never came, or it may not come any more.
 */
export async function decommissionDevice(
  ports: DecommissionPorts,
  org: OrganizationId,
  id: DeviceId,
  { deadlineHours }: { readonly deadlineHours: number },
): Promise<DeviceRecord> {
  const now = ports.clock.now();
  const decommission = {
    requestedAt: instantOf(now),
    deadline: instantOf(now + deadlineHours * hourMs),
    wipedAt: null,
  };
  const device = await ports.devices.change(org, id, (stored) => {
    if (stored.state === 'decommissioning' || stored.state === 'decommissioned') return stored;
    if (stored.state === 'active') return { ...stored, state: 'decommissioning', decommission };
    const why = stored.state === 'allowed' ? 'has never come' : 'may not come any more';
    throw new Conflict(`device ${id} ${why}, so it cannot be told to wipe itself: remove it`);
  });
  if (!device) throw new NotFound(`there is no device ${id}`);
  if (device.state === 'decommissioning') await askToWipe(ports, org, device);
  return device;
}

/** Goes after the devices of an organization that are being wiped: asks those again that failed, and ends those that are done or overdue. */
export async function followDecommissions(
  ports: DecommissionPorts & { readonly log: Log },
  org: OrganizationId,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await ports.devices.decommissioning(org, { limit: pageSize, cursor });
    for (const device of page.items) {
      try {
        await followOne(ports, org, device);
      } catch (err) {
        // One that is in the way of nobody: the next round tries again.
        ports.log.error('decommission-not-followed', { org, deviceId: device.id, err });
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function followOne(
  ports: DecommissionPorts & { readonly log: Log },
  org: OrganizationId,
  device: DeviceRecord,
): Promise<void> {
  const { id, decommission } = device;
  if ((await askToWipe(ports, org, device)) === 'wiped') {
    await endWiped(ports, org, device);
    ports.log.info('device-decommissioned', { org, deviceId: id });
  } else if (decommission && Date.parse(decommission.deadline) <= ports.clock.now()) {
    await cancelJobs(ports, org, id);
    await revokeDevice(ports, org, id);
    ports.log.warn('device-not-wiped', { org, deviceId: id, deadline: decommission.deadline });
  }
}

/** Sees to it that the order to wipe waits for the device, whatever became of an earlier one. */
async function askToWipe(
  ports: DecommissionPorts,
  org: OrganizationId,
  { id, decommission }: DeviceRecord,
): Promise<'asked' | 'wiped'> {
  const { items } = await listJobs(ports, org, id, { limit: recentJobs });
  // A device that was wiped and allowed again has jobs of its earlier life, which say nothing of what is on it now.
  const since = decommission?.requestedAt ?? '';
  const last = items.find((job) => job.kind === 'wipe' && job.queuedAt >= since);
  if (last?.status === 'SUCCEEDED') return 'wiped';
  const waits = last && (!isJobOver(last.status) || Date.parse(last.updatedAt) + askAgainMs > ports.clock.now());
  if (waits) return 'asked';
  // What it was asked before is of no use any more, and may be as much as a device takes.
  await cancelJobs(ports, org, id);
  await requestJob(ports, org, id, { kind: 'wipe' });
  return 'asked';
}

/** The record's state last: until then all of it is done again after a failure. */
async function endWiped(ports: DecommissionPorts, org: OrganizationId, device: DeviceRecord): Promise<void> {
  const { id } = device;
  const wipedAt = instantOf(ports.clock.now());
  await ports.links.drop(org, id);
  for (const certificate of certificatesOf(device)) await ports.deviceCertificates.retire(org, id, certificate);
  // Before the thing: AWS IoT forgets no shadow with it.
  await ports.shadows.delete(org, id);
  await ports.deviceCertificates.forget(org, id);
  await ports.images.delete(stillKey(org, id));
  await ports.devices.change(org, id, (stored) => ({
    ...stored,
    state: 'decommissioned',
    decommission: stored.decommission && { ...stored.decommission, wipedAt },
    certificate: null,
    nextCertificate: null,
    oldCertificates: [],
    stillAt: null,
    health: null,
    settings: null,
  }));
}
