import type { OrganizationId } from '@rollcall/contract/ids';
import type { StoredCapture } from '../store/capture-store.ts';
import type { SettlePorts } from './recognition-ports.ts';
import { settlePassage } from './settle-passage.ts';

/**
 * Gives a capture up: the same again would fail again. Its passage waits for it no longer.
 * @param of.givenUp it failed by a fault of ours, so that it is worth another try once that is mended.
 */
export async function failCapture(
  ports: SettlePorts,
  org: OrganizationId,
  { capture, version }: StoredCapture,
  reason: string,
  of: { readonly givenUp?: true } = {},
): Promise<void> {
  ports.log.warn('capture-failed', { captureId: capture.id, deviceId: capture.deviceId, reason });
  await ports.captures.replace(org, { ...capture, ...of, status: 'failed', reason }, version);
  if (capture.source === 'device') await settlePassage(ports, org, capture.passageId);
}
