import type { Ack } from '@rollcall/contract/capture';
import { CheckReport } from '@rollcall/contract/check-report';
import type { OrganizationId } from '@rollcall/contract/ids';
import { ReportMessage } from '@rollcall/contract/report';
import { InvalidInput } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { parse } from '@rollcall/kit/parse';
import type { DeviceAcks } from '../ports/device-acks.ts';
import type { ImageKey, ImageStore } from '../ports/image-store.ts';
import type { LiveFeed } from '../ports/live-feed.ts';
import type { RuleMessage } from '../ports/rule-message.ts';
import type { JobStore } from '../store/job-store.ts';
import { idOf, jsonOf } from './device-message.ts';
import { isGzip, isJpeg, pictureOf } from './picture-bytes.ts';

export interface AcceptReportPorts {
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly acks: DeviceAcks;
  readonly liveFeed: LiveFeed;
  readonly log: Log;
}

/** Folder of the reports of one UTC day, so that what is past its retention goes by the folder. */
export function reportFolder(org: OrganizationId, day: string): string {
  return `${org}/reports/${day}`;
}

/**
 * Keeps what a job brought, its bytes first, then their place in the job's record, and only then tells the device. The same report again is
 * told the same and changes nothing. What can never be accepted is refused with the reason.
 */
export async function acceptReport(ports: AcceptReportPorts, message: RuleMessage): Promise<void> {
  const { org, deviceId, payload } = message;
  let raw: unknown;
  try {
    raw = jsonOf(payload);
    const report = parse(ReportMessage, raw, 'the report');
    await ports.acks.publishAck(org, deviceId, await keep(ports, message, report));
    await ports.liveFeed.publish(org, { kind: 'device', deviceId });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    ports.log.warn('report-refused', { deviceId, bytes: payload.length, reason: error.message });
    const id = idOf(raw, 'reportId');
    if (id !== undefined) {
      await ports.acks.publishAck(org, deviceId, { id, status: 'refused', reason: error.message });
    }
  }
}

async function keep(ports: AcceptReportPorts, message: RuleMessage, report: ReportMessage): Promise<Ack> {
  const { org, deviceId, receivedAt } = message;
  const { reportId, jobId, kind, contentType, encoding, at } = report;
  const job = await ports.jobs.get(org, deviceId, jobId);
  if (job?.document.kind !== kind) throw new InvalidInput(`jobId: this device has no job ${jobId} of kind ${kind}`);
  if (job.report?.id === reportId) return { id: reportId, status: 'stored' };
  const body = pictureOf(report.body);
  checkBytes(report, body);
  const key: ImageKey = `${reportFolder(org, instantOf(receivedAt).slice(0, 10))}/${reportId}.${endings[contentType]}`;
  await ports.images.put(key, body);
  const kept = { id: reportId, contentType, ...(encoding && { encoding }), bytes: body.length, at, key };
  await ports.jobs.change(org, deviceId, jobId, (stored) => ({ ...stored, report: kept }));
  return { id: reportId, status: 'stored' };
}

/** It is served as what it says it is: nothing else may hide in it. */
function checkBytes({ kind, contentType, encoding }: ReportMessage, body: Uint8Array): void {
  if (kind === 'check') {
    if (encoding || contentType !== 'application/json') throw new InvalidInput('body: expected application/json');
    const { still } = parse(CheckReport, jsonOf(body), 'the report');
    if (!isJpeg(pictureOf(still.image))) throw new InvalidInput('still: expected image/jpeg');
    return;
  }
  if (encoding === 'gzip' ? !isGzip(body) : contentType === 'image/jpeg' && !isJpeg(body)) {
    throw new InvalidInput(`body: expected ${encoding ?? contentType}`);
  }
}

const endings = { 'image/jpeg': 'jpg', 'application/x-ndjson': 'ndjson', 'application/json': 'json' } as const;
