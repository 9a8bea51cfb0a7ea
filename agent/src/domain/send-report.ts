import type { JobId, JobKind } from '@rollcall/contract/device-job';
import { ReportId } from '@rollcall/contract/ids';
import type { ReportMessage } from '@rollcall/contract/report';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Outbox } from '../ports/outbox.ts';
import type { JobOutcome } from './job-handler.ts';

/** What a job brings. */
export interface Report extends Pick<ReportMessage, 'contentType' | 'encoding'> {
  readonly jobId: JobId;
  readonly kind: JobKind;
  readonly body: Uint8Array;
}

export interface ReportPorts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** ULIDs. */
  readonly newId: () => string;
}

/** All of a report but its body, with room to spare. */
const headBytes = 2 * 1024;

/** Bytes that a body may have: in base64 and with all around it no more than AWS IoT takes. */
export const maxReportBytes = Math.floor((maxPayloadBytes - headBytes) / 4) * 3;

/** Hands a report to the outbox, which delivers it. What came of the job, then. */
export async function sendReport(
  ports: ReportPorts,
  report: Report,
  details: Record<string, string>,
): Promise<JobOutcome> {
  const { body, ...head } = report;
  const message: ReportMessage = {
    v: 1,
    reportId: ReportId.parse(ports.newId()),
    ...head,
    at: instantOf(ports.clock.now()),
    body: Buffer.from(body.buffer, body.byteOffset, body.length).toString('base64'),
  };
  const kept = await ports.outbox.put(message);
  if (kept === 'dropped') return { status: 'FAILED', reason: 'there is no room for it: the outbox is full' };
  return { status: 'SUCCEEDED', details: { ...details, bytes: String(body.length) } };
}
