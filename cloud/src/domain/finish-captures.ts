import type { OrganizationId } from '@rollcall/contract/ids';
import { AppError, InvalidInput } from '@rollcall/kit/app-error';
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

/** Captures that cannot be finished now, after which the others are left for the next run: what they need is away, or refuses us. */
const maxFailures = 3;

/**
 * Recognizes captures that were left pending: whoever accepted them died, or gave up when the face service was away for too long. One
 * that fails by a fault of ours has failed often enough by now and is given up, until it is handed over again. What is left over is for the
 * next run, and so is what fails of something else: a service that is away, a permission that is missing.
 * @returns how many were finished. @throws what held up those that were not.
 */
export async function finishCaptures(
  ports: RecognitionPorts,
  org: OrganizationId,
  { leftAfterMs, hasTime, limit = 500 }: FinishCapturesOptions,
): Promise<number> {
  const leftBefore = ports.clock.now() - leftAfterMs;
  let finished = 0;
  const heldUp: AppError[] = [];
  for (const capture of await ports.captures.pending(org, limit)) {
    // Oldest first.
    if (Date.parse(capture.receivedAt) > leftBefore || !hasTime() || heldUp.length >= maxFailures) break;
    try {
      await takeCapture(ports, org, capture.id);
      finished++;
    } catch (err) {
      if (isOfSomethingElse(err)) {
        ports.log.warn('capture-not-finished', { captureId: capture.id, reason: err.message });
        heldUp.push(err);
        continue;
      }
      ports.log.error('recognition-failed', { captureId: capture.id, err });
      const stored = await ports.captures.get(org, capture.id);
      if (stored?.capture.status === 'pending')
        await failCapture(ports, org, stored, 'it could not be recognized here', { givenUp: true });
      finished++;
    }
  }
  if (finished > 0) ports.log.info('captures-finished', { finished });
  if (heldUp[0]) throw heldUp[0];
  return finished;
}

/** Whatever is wrong, it is not the capture, and it may be mended. */
function isOfSomethingElse(error: unknown): error is AppError {
  return error instanceof AppError && !(error instanceof InvalidInput);
}
