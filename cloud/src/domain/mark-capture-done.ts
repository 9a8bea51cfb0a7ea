import type { OrganizationId } from '@rollcall/contract/ids';
import type { CaptureStore, StoredCapture } from '../store/capture-store.ts';
import type { Passage } from '../store/passage-store.ts';
import { tracksOf } from './link-faces.ts';

/** Why a capture is done although nobody looked at it. */
const skippedReason = 'not searched: better pictures of the same walk were, and this one would have added nothing';

/** Takes a capture off the pending ones, with what its passage says of it. */
export async function markCaptureDone(
  ports: { readonly captures: CaptureStore },
  org: OrganizationId,
  { capture, version }: StoredCapture,
  passage: Passage,
): Promise<void> {
  const tracks = tracksOf(passage.tracks, passage.captures[capture.id] ?? []);
  const reason = passage.skipped.includes(capture.id) ? { reason: skippedReason } : {};
  // Somebody quicker has done it: just as well.
  await ports.captures.replace(org, { ...capture, ...reason, status: 'done', tracks }, version);
}
