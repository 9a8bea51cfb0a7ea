import type { OwnLog } from '../ports/own-log.ts';
import type { JobCall, JobHandler } from './job-handler.ts';
import { maxReportBytes, type ReportPorts, sendReport } from './send-report.ts';

export interface LogsJobPorts extends ReportPorts {
  readonly ownLog: OwnLog;
  /** gzip */
  readonly pack: (text: string) => Promise<Uint8Array>;
}

/** Sends the last lines of the log; fewer when so many do not fit a message. */
export function logsJob(ports: LogsJobPorts): JobHandler<'logs'> {
  const run = async ({ jobId, document }: JobCall<'logs'>) => {
    let lines = await ports.ownLog.tail(document.lines);
    let body = await ports.pack(lines.map((line) => `${line}\n`).join(''));
    while (body.length > maxReportBytes) {
      lines = lines.slice(Math.ceil(lines.length / 2));
      body = await ports.pack(lines.map((line) => `${line}\n`).join(''));
    }
    const report = { jobId, kind: 'logs', contentType: 'application/x-ndjson', encoding: 'gzip', body } as const;
    return sendReport(ports, report, { lines: String(lines.length) });
  };
  return { timeoutMs: 60_000, needsQuiet: false, run, resume: run };
}
