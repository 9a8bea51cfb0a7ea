import type { OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { failCapture } from './fail-capture.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { takeCapture } from './take-capture.ts';

export interface FinishCapturesOptions {
  /** ms for which whoever accepted a capture may still be at work on it, retries included. */
  readonly leftAfterMs: number;
  /** Whether there is time for one more. */
  readonly hasTime: () => boolean;
  /** Captures looked at, at most. @default 500 */
  readonly limit?: number;
}

/**
 * Recognizes captures that were left pending: whoever accepted them died, or gave up when the face service was away for too long. One
 * that fails by a fault of ours has failed often enough by now and is given up. What is left over is for the next run.
 * @returns how many were finished. @throws Unavailable when the service is still away.
 */
export async function finishCaptures(
  ports: RecognitionPorts,
  org: OrganizationId,
  { leftAfterMs, hasTime, limit = 500 }: FinishCapturesOptions,
): Promise<number> {
  const leftBefore = ports.clock.now() - leftAfterMs;
  let finished = 0;
  for (const capture of await ports.captures.pending(org, limit)) {
    // Oldest first.
    if (Date.parse(capture.receivedAt) > leftBefore || !hasTime()) break;
    try {
      await takeCapture(ports, org, capture.id);
    } catch (err) {
      if (err instanceof Unavailable) throw err;
      ports.log.error('recognition-failed', { captureId: capture.id, err });
      const stored = await ports.captures.get(org, capture.id);
      if (stored?.capture.status === 'pending')
        await failCapture(ports, org, stored, 'it could not be recognized here');
    }
    finished++;
  }
  if (finished > 0) ports.log.info('captures-finished', { finished });
  return finished;
}
