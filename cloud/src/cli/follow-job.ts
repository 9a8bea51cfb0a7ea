import { setTimeout as wait } from 'node:timers/promises';
import { DeviceJob, isJobOver, type JobDocument } from '@rollcall/contract/device-job';
import type { DeviceId } from '@rollcall/contract/ids';
import { Conflict, Unavailable } from '@rollcall/kit/app-error';
import { Device } from '@rollcall/contract/place';
import type { ApiClient } from '../client/api-client.ts';
import { sendAgain } from './send-again.ts';

export interface FollowOptions {
  /** How long to wait, for a device that is away, too. @default 300 s for one that is online, and none for one that is not */
  readonly timeoutMs?: number | undefined;
  /** Waited besides. @default 0 */
  readonly longerMs?: number;
  /** Called with how far it is, about once a second. */
  readonly onLook?: (job: DeviceJob) => void;
}

const defaultTimeoutMs = 300_000;
const lookEveryMs = 1_000;
/** Kinds whose result comes beside their end, and a little later. */
const reporting: ReadonlySet<string> = new Set(['logs', 'snapshot', 'check']);

/** Asks a device for a job. @throws AppError */
export async function askForJob(client: ApiClient, device: DeviceId, document: JobDocument): Promise<DeviceJob> {
  return client.json(DeviceJob, jobPath(device), { method: 'POST', body: document });
}

/** The job when it was done, its report included. @throws Conflict when it was not, Unavailable when it takes too long. */
export async function followJob(client: ApiClient, asked: DeviceJob, options: FollowOptions): Promise<DeviceJob> {
  const timeoutMs = (options.timeoutMs ?? defaultTimeoutMs) + (options.longerMs ?? 0);
  const until = performance.now() + timeoutMs;
  for (let looks = 0; ; looks++) {
    const answer = await sendAgain(client, jobPath(asked.deviceId, asked.id));
    const job = DeviceJob.parse(await answer.json());
    options.onLook?.(job);
    const { status, details } = job;
    if (isJobOver(status) && status !== 'SUCCEEDED') {
      throw new Conflict(`${words[status]}${details['reason'] ? `: ${details['reason']}` : ''}`, {
        code: 'job-not-done',
      });
    }
    if (status === 'SUCCEEDED' && (job.report || !reporting.has(job.kind))) return job;
    if (performance.now() >= until) throw new Unavailable(whyLate(job, timeoutMs), { code: 'job-late' });
    if (looks === 0 && status === 'QUEUED' && options.timeoutMs === undefined) await checkThere(client, job);
    await wait(lookEveryMs);
  }
}

/** Whoever has hundreds asked does not want to wait for each that is away. @throws Unavailable `device-offline` */
async function checkThere(client: ApiClient, { id, deviceId }: DeviceJob): Promise<void> {
  const answer = await sendAgain(client, `/v1/devices/${encodeURIComponent(deviceId)}`);
  const { online, lastSeenAt } = Device.parse(await answer.json());
  if (online) return;
  throw new Unavailable(`offline, last seen ${lastSeenAt ?? 'never'}: it does it when it is back; job ${id}`, {
    code: 'device-offline',
  });
}

/** What a job brought. @throws AppError */
export async function reportOf(client: ApiClient, { deviceId, id }: DeviceJob): Promise<Uint8Array> {
  const answer = await sendAgain(client, jobPath(deviceId, id, '/report'), { accept: '*/*' });
  return new Uint8Array(await answer.arrayBuffer());
}

function whyLate({ status, id }: DeviceJob, timeoutMs: number): string {
  const seconds = Math.round(timeoutMs / 1_000);
  if (status === 'QUEUED')
    return `not begun within ${seconds} s: it begins when the device is there and nobody at its door; job ${id}`;
  if (status === 'IN_PROGRESS') return `not done within ${seconds} s; job ${id}`;
  return `done, but what it brought has not come within ${seconds} s; job ${id}`;
}

function jobPath(device: DeviceId, id?: string, rest = ''): string {
  return `/v1/devices/${encodeURIComponent(device)}/jobs${id === undefined ? '' : `/${id}`}${rest}`;
}

const words: Readonly<Record<DeviceJob['status'], string>> = {
  QUEUED: 'waits',
  IN_PROGRESS: 'is being done',
  SUCCEEDED: 'done',
  FAILED: 'failed',
  REJECTED: 'the device refused',
  TIMED_OUT: 'the device did not end it in time',
  CANCELED: 'was canceled',
  REMOVED: 'the device was taken away',
};
