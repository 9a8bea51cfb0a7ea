import { instantOf } from '@rollcall/kit/clock';
import type { Timer } from '@rollcall/kit/timer';
import type { Frame } from '../ports/frame.ts';
import type { JpegEncoder } from '../ports/jpeg-encoder.ts';
import { fitPicture } from './fit-picture.ts';
import type { JobCall, JobHandler, JobOutcome } from './job-handler.ts';
import { maxReportBytes, type ReportPorts, sendReport } from './send-report.ts';

export interface SnapshotJobPorts extends ReportPorts {
  readonly encoder: JpegEncoder;
  readonly lastFrame: () => Frame | undefined;
  readonly timer: Timer;
}

/** What is older is not what the camera sees now. So long a camera that is just starting, or starts anew, is waited for, too. */
const maxAgeMs = 15_000;
const lookEveryMs = 250;

/** Sends what the camera sees now, whole, as large as a message takes it. */
export function snapshotJob(ports: SnapshotJobPorts): JobHandler<'snapshot'> {
  const run = async ({ jobId, signal }: JobCall<'snapshot'>): Promise<JobOutcome> => {
    const frame = await frameOfNow(ports, signal);
    if (!frame) return { status: 'FAILED', reason: whyNone(ports) };
    const fitted = await fitPicture(frame, { maxBytes: maxReportBytes, crop: false }, ports.encoder);
    if (!fitted) return { status: 'FAILED', reason: 'no size of the picture fits a message' };
    const report = { jobId, kind: 'snapshot', contentType: 'image/jpeg', body: fitted.image } as const;
    const { width, height } = fitted;
    return sendReport(ports, report, { takenAt: instantOf(frame.at), size: `${width}x${height}` });
  };
  return { timeoutMs: 60_000, needsQuiet: false, run, resume: run };
}

/** @returns undefined when none came in time. */
async function frameOfNow(ports: SnapshotJobPorts, signal: AbortSignal): Promise<Frame | undefined> {
  const until = ports.timer.now() + maxAgeMs;
  for (;;) {
    const frame = ports.lastFrame();
    if (frame && ports.clock.now() - frame.at <= maxAgeMs) return frame;
    if (signal.aborted || ports.timer.now() >= until) return undefined;
    await new Promise<void>((resolve) => ports.timer.after(lookEveryMs, resolve));
  }
}

function whyNone({ lastFrame, clock }: SnapshotJobPorts): string {
  const frame = lastFrame();
  if (!frame) return 'the camera has given no picture yet';
  return `the camera has given no picture for ${Math.round((clock.now() - frame.at) / 1_000)} s`;
}
