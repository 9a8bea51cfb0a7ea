import type { OrganizationId } from '@rollcall/contract/ids';
import type { StoredCapture } from '../store/capture-store.ts';
import type { SettlePorts } from './recognition-ports.ts';
import { settlePassage } from './settle-passage.ts';

/** Gives a capture up: the same again would fail again. Its passage waits for it no longer. */
export async function failCapture(
  ports: SettlePorts,
  org: OrganizationId,
  { capture, version }: StoredCapture,
  reason: string,
): Promise<void> {
  ports.log.warn('capture-failed', { captureId: capture.id, deviceId: capture.deviceId, reason });
  await ports.captures.replace(org, { ...capture, status: 'failed', reason }, version);
  if (capture.source === 'device') await settlePassage(ports, org, capture.passageId);
}
