import type { CheckReport } from '@rollcall/contract/check-report';
import type { FaceFinder } from '../ports/face-finder.ts';
import { type CommissionOptions, commission } from './commission.ts';
import type { JobCall, JobHandler, JobOutcome } from './job-handler.ts';
import { type ReportPorts, sendReport } from './send-report.ts';

export interface CheckJobPorts
  extends ReportPorts,
    Pick<CommissionOptions, 'encoder' | 'halfLuma' | 'lastFrame' | 'picture' | 'isBusy' | 'timer'> {
  /** Whether captures are cut to small faces now. */
  readonly crop: () => boolean;
  /** Looks for faces; not started. @throws Unavailable when there is no memory for it */
  readonly finder: () => FaceFinder;
}

/** Looks at live faces for a while, and sends what was measured and the frame that shows it best. The door goes on being watched meanwhile. */
export function checkJob(ports: CheckJobPorts): JobHandler<'check'> {
  const run = async ({ jobId, document, signal }: JobCall<'check'>): Promise<JobOutcome> => {
    const options = { ...ports, finder: ports.finder(), crop: ports.crop(), seconds: document.seconds, signal };
    const report = await commission(options);
    // What was seen until then is not what was asked for.
    if (signal.aborted) return { status: 'FAILED', reason: 'it was ended before its time' };
    const body = Buffer.from(JSON.stringify(report));
    return sendReport(ports, { jobId, kind: 'check', contentType: 'application/json', body }, summaryOf(report));
  };
  return { timeoutMs: 180_000, needsQuiet: false, run, resume: run };
}

/** For who lists jobs: no faces, no picture. */
function summaryOf({ fit, frames, framesWithFace, framesWithUsableFace, advice }: CheckReport): Record<string, string> {
  return {
    fit: fit ? 'yes' : 'no',
    frames: `${frames}`,
    framesWithFace: `${framesWithFace}`,
    framesWithUsableFace: `${framesWithUsableFace}`,
    ...(advice[0] !== undefined && { advice: advice[0] }),
  };
}
