import type { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import type { StoredCapture } from '../store/capture-store.ts';
import { holdCapture } from './hold-capture.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recognizeCapture } from './recognize-capture.ts';
import { recognizePassage } from './recognize-passage.ts';

/**
 * Does what there is to do about a capture that waits. Where searching is free, or somebody waits for the answer, it is searched at once;
 * else with its passage, in which it may be that it is never searched, or not yet. One that was given up here is tried once more. The same
 * again changes nothing.
 * @returns the captures that were searched. @throws Unavailable when it could work later.
 */
export async function takeCapture(
  ports: RecognitionPorts,
  org: OrganizationId,
  id: CaptureId,
): Promise<readonly CaptureId[]> {
  const stored = await waiting(ports, org, id);
  if (!stored) return [];
  const { source, passageId } = stored.capture;
  if (!ports.engine.isPaid || source === 'upload') {
    await recognizeCapture(ports, org, id);
    return [id];
  }
  if ((await holdCapture(ports, org, stored)) === 'finished') await recognizeCapture(ports, org, id);
  return recognizePassage(ports, org, passageId);
}

async function waiting(
  { captures }: Pick<RecognitionPorts, 'captures'>,
  org: OrganizationId,
  id: CaptureId,
): Promise<StoredCapture | undefined> {
  const stored = await captures.get(org, id);
  if (stored?.capture.status === 'pending') return stored;
  if (stored?.capture.status !== 'failed' || !stored.capture.givenUp) return undefined;
  const { reason: _, givenUp: __, ...capture } = stored.capture;
  return captures.replace(org, { ...capture, status: 'pending' }, stored.version);
}
