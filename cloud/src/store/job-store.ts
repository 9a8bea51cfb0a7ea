import { DeviceJob, JobDocument, JobId } from '@rollcall/contract/device-job';
import { DeviceId, type OrganizationId, ReportId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import type { Page } from '@rollcall/contract/page';
import { ReportType } from '@rollcall/contract/report';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';

const JobRecord = DeviceJob.omit({ kind: true, report: true }).extend({
  id: JobId,
  deviceId: DeviceId,
  document: JobDocument,
  /** Of the execution, as AWS IoT counts: 1 when queued, one more with each update. */
  executionVersion: z.int(),
  /** Minutes that the device may be at it. */
  timeoutMinutes: z.int(),
  report: z
    .object({
      id: ReportId,
      contentType: ReportType,
      encoding: z.literal('gzip').optional(),
      bytes: z.int(),
      at: Instant,
      /** Where its bytes are in the image store. */
      key: z.string(),
    })
    .nullable(),
});
/** A job as it is kept. */
export type JobRecord = Readonly<z.infer<typeof JobRecord>>;

/** A job that a device is at past its time. */
export interface DueJob {
  readonly deviceId: DeviceId;
  readonly id: JobId;
}

/** Seconds for which a job is remembered, done or not. As on AWS IoT, where an execution is kept for 90 days. */
const keepSeconds = 90 * 86_400;

/**
 * Jobs of devices, at `{org}#jobs#{device}` by id, which sorts by when they were asked for. Index 1 holds those of a device that are not
 * over; index 2 those of the organization that run, by when their time is up.
 */
export class JobStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, device: DeviceId, id: JobId): Promise<JobRecord | undefined> {
    const item = await this.#table.get(key(org, device, id));
    return item && JobRecord.parse(item);
  }

  async create(org: OrganizationId, job: JobRecord): Promise<void> {
    await this.#table.put(toItem(org, job), 'absent');
  }

  /**
   * Changes the record by a function of what is stored, again when somebody was quicker. The function may throw to refuse, or return what
   * it got to change nothing. @returns undefined when there is no such job.
   */
  async change(
    org: OrganizationId,
    device: DeviceId,
    id: JobId,
    how: (job: JobRecord) => JobRecord,
  ): Promise<JobRecord | undefined> {
    for (;;) {
      const item = await this.#table.get(key(org, device, id));
      if (!item) return undefined;
      const stored = JobRecord.parse(item);
      const changed = how(stored);
      if (changed === stored) return stored;
      try {
        return JobRecord.parse(await this.#table.put(toItem(org, changed), item.version ?? 0));
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }

  async delete(org: OrganizationId, device: DeviceId, id: JobId): Promise<void> {
    await this.#table.delete(key(org, device, id));
  }

  /** Newest first. */
  async list(
    org: OrganizationId,
    device: DeviceId,
    query: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<JobRecord>> {
    const page = await this.#table.query({
      partition: partition(org, device),
      order: 'descending',
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    });
    return { items: page.items.map((item) => JobRecord.parse(item)), nextCursor: page.cursor ?? null };
  }

  /** Those of a device that are not over: what it is at first, then in the order in which they were asked for. */
  async pending(org: OrganizationId, device: DeviceId, limit: number): Promise<JobRecord[]> {
    const page = await this.#table.query({ partition: pendingPartition(org, device), index: 1, limit });
    return page.items.map((item) => JobRecord.parse(item));
  }

  /** Those whose time was up before `instant`. */
  async due(org: OrganizationId, instant: Instant, limit: number): Promise<DueJob[]> {
    const page = await this.#table.query({
      partition: `${org}#running-jobs`,
      index: 2,
      range: { to: instant },
      limit,
    });
    return page.items.map((item) => JobRecord.parse(item));
  }
}

function toItem(org: OrganizationId, job: JobRecord): Item {
  return {
    ...job,
    ...key(org, job.deviceId, job.id),
    ...progressIndexes(org, job),
    expiresAt: Math.floor(Date.parse(job.queuedAt) / 1_000) + keepSeconds,
  };
}

function progressIndexes(org: OrganizationId, { deviceId, id, status, startedAt, timeoutMinutes }: JobRecord) {
  const pending = { i1pk: pendingPartition(org, deviceId), i1sk: `${status === 'IN_PROGRESS' ? 0 : 1}#${id}` };
  if (status === 'QUEUED') return pending;
  if (status !== 'IN_PROGRESS' || startedAt === null) return {};
  const dueAt = new Date(Date.parse(startedAt) + timeoutMinutes * 60_000).toISOString();
  return { ...pending, i2pk: `${org}#running-jobs`, i2sk: `${dueAt}#${deviceId}#${id}` };
}

function key(org: OrganizationId, device: DeviceId, id: JobId): Key {
  return { pk: partition(org, device), sk: id };
}

function partition(org: OrganizationId, device: DeviceId): string {
  return `${org}#jobs#${device}`;
}

function pendingPartition(org: OrganizationId, device: DeviceId): string {
  return `${org}#pending-jobs#${device}`;
}
