import { type DeviceJob, isJobOver, type JobDocument, JobId, type JobKind } from '@rollcall/contract/device-job';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { Conflict, NotFound } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { DeviceJobs } from '../ports/device-jobs.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { DeviceStore } from '../store/device-store.ts';
import type { JobRecord, JobStore } from '../store/job-store.ts';
import { canceledJob } from './job-execution.ts';

export interface JobPorts {
  readonly devices: DeviceStore;
  readonly jobs: JobStore;
  readonly deviceJobs: DeviceJobs;
  readonly images: ImageStore;
  /** ULIDs, ascending. */
  readonly newId: () => string;
  readonly clock: Clock;
}

/** Minutes that a device may be at a job of each kind, once it took it up: longer than the agent itself gives it. AWS IoT knows no less than one. */
const timeoutMinutes: Readonly<Record<JobKind, number>> = {
  restart: 10,
  logs: 5,
  snapshot: 5,
  check: 10,
  rotate: 15,
  wipe: 60,
  update: 90,
};

/** Jobs that wait for one device, at most: nobody means to restart a camera a hundred times. */
const maxPending = 20;

/** Asks a device to do something, as soon as it is there. @throws NotFound; Conflict when it has never registered, is revoked, or has too much to do. */
export async function requestJob(
  ports: JobPorts,
  org: OrganizationId,
  deviceId: DeviceId,
  document: JobDocument,
): Promise<DeviceJob> {
  const device = await ports.devices.get(org, deviceId);
  if (!device) throw new NotFound(`there is no device ${deviceId}`);
  if (document.kind === 'wipe') {
    // Who is wiped must not be thought of as in service.
    if (device.state !== 'decommissioning') throw new Conflict(`decommission device ${deviceId} to have it wiped`);
  } else if (device.state !== 'active') {
    throw new Conflict(`device ${deviceId} is ${device.state}: only one that has registered takes jobs`, {
      code: 'device-not-active',
    });
  }
  const waiting = await ports.jobs.pending(org, deviceId, maxPending);
  if (waiting.length >= maxPending) {
    throw new Conflict(`${waiting.length} jobs wait for ${deviceId} already: cancel some, or wait until it is online`);
  }
  const at = instantOf(ports.clock.now());
  const job: JobRecord = {
    id: JobId.parse(`${ports.newId()}-${document.kind}`),
    deviceId,
    document,
    status: 'QUEUED',
    details: {},
    queuedAt: at,
    startedAt: null,
    updatedAt: at,
    executionVersion: 1,
    timeoutMinutes: timeoutMinutes[document.kind],
    report: null,
  };
  // The record first: what the device sends for it must find it.
  await ports.jobs.create(org, job);
  try {
    await ports.deviceJobs.queue(org, job);
  } catch (error) {
    await ports.jobs.delete(org, deviceId, job.id);
    throw error;
  }
  return describeJob(job);
}

/** A job as it is now. @throws NotFound */
export async function readJob(ports: JobPorts, org: OrganizationId, deviceId: DeviceId, id: JobId): Promise<DeviceJob> {
  return describeJob(await fresh(ports, org, await recordOf(ports, org, deviceId, id)));
}

/** Jobs of a device, newest first. @throws NotFound */
export async function listJobs(
  ports: JobPorts,
  org: OrganizationId,
  deviceId: DeviceId,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<DeviceJob>> {
  if (!(await ports.devices.get(org, deviceId))) throw new NotFound(`there is no device ${deviceId}`);
  const page = await ports.jobs.list(org, deviceId, query);
  const items: DeviceJob[] = [];
  // Few are not over: no more than wait for a device.
  for (const job of page.items) items.push(describeJob(await fresh(ports, org, job)));
  return { items, nextCursor: page.nextCursor };
}

/** Cancels a job. @throws NotFound; Conflict when it is over, or, unless `force`d, when the device is at it. */
export async function cancelJob(
  ports: JobPorts,
  org: OrganizationId,
  deviceId: DeviceId,
  id: JobId,
  force: boolean,
): Promise<DeviceJob> {
  const job = await recordOf(ports, org, deviceId, id);
  await ports.deviceJobs.cancel(org, job, force);
  const now = await fresh(ports, org, job);
  if (isJobOver(now.status)) return describeJob(now);
  // A queue that had only just got it may know nothing of it; what it never gives out is canceled all the same.
  const at = ports.clock.now();
  const changed = await ports.jobs.change(org, deviceId, id, (stored) =>
    isJobOver(stored.status) ? stored : canceledJob(stored, true, at),
  );
  return describeJob(changed ?? now);
}

/** Cancels all that waits for a device, which is not to find it when it comes back one day as another. */
export async function cancelJobs(ports: JobPorts, org: OrganizationId, deviceId: DeviceId): Promise<void> {
  for (const { id } of await ports.jobs.pending(org, deviceId, maxPending)) {
    try {
      await cancelJob(ports, org, deviceId, id, true);
    } catch (error) {
      // It ended meanwhile, or its queue went with the device.
      if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
    }
  }
}

/** The bytes that a job brought. @throws NotFound when it brought none, or its time was up. */
export async function readReport(
  ports: JobPorts,
  org: OrganizationId,
  deviceId: DeviceId,
  id: JobId,
): Promise<{ readonly report: NonNullable<JobRecord['report']>; readonly body: Uint8Array }> {
  const { report } = await recordOf(ports, org, deviceId, id);
  if (!report) throw new NotFound(`job ${id} has brought no report yet`);
  const body = await ports.images.get(report.key);
  if (!body) throw new NotFound(`the report of job ${id} was deleted: its time was up`);
  return { report, body };
}

/** What the API says of a job. */
function describeJob(record: JobRecord): DeviceJob {
  const { id, deviceId, document, status, details, queuedAt, startedAt, updatedAt, report } = record;
  const kept = report && { contentType: report.contentType, bytes: report.bytes, at: report.at };
  return { id, deviceId, kind: document.kind, status, details, queuedAt, startedAt, updatedAt, report: kept };
}

async function recordOf(ports: JobPorts, org: OrganizationId, deviceId: DeviceId, id: JobId): Promise<JobRecord> {
  const job = await ports.jobs.get(org, deviceId, id);
  if (!job) throw new NotFound(`device ${deviceId} has no job ${id}`);
  return job;
}

/** What is over stays as it is; of the rest the queue knows more. */
async function fresh(ports: JobPorts, org: OrganizationId, job: JobRecord): Promise<JobRecord> {
  if (isJobOver(job.status)) return job;
  const progress = await ports.deviceJobs.progressOf(org, job);
  if (!progress || progress.executionVersion === job.executionVersion) return job;
  const changed = await ports.jobs.change(org, job.deviceId, job.id, (stored) =>
    stored.executionVersion >= progress.executionVersion ? stored : { ...stored, ...progress },
  );
  return changed ?? job;
}
