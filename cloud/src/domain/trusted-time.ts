import type { Instant } from '@rollcall/contract/instant';
import { instantOf } from '@rollcall/kit/clock';

/** ms that a synchronized clock may be ahead of ours. */
const maxAheadMs = 60_000;
/** ms that a capture may be old: more than any outage that an outbox lasts through, less than a clock that starts in 1970. */
const maxAgeMs = 30 * 86_400_000;
/** ms by which a clock that nobody vouches for may differ from ours and still be believed: it is right, or as good as. */
const agreesMs = 120_000;

export interface TrustedTime {
  readonly takenAt: Instant;
  readonly clockTrusted: boolean;
  /** What the device said, when it was not believed. */
  readonly claimedAt?: Instant;
}

/**
 * When a capture was taken: as the device says if its clock is synchronized or agrees with ours; else by ours and by how long the
 * device kept it, which it measures by its uptime; else when we received it.
 * @param receivedAt ms since the epoch.
 */
export function trustedTime(
  said: { readonly takenAt: Instant; readonly clockSynced: boolean; readonly ageMs?: number | undefined },
  receivedAt: number,
): TrustedTime {
  const claimed = Date.parse(said.takenAt);
  // Written anew: times are keys, and must sort as text.
  const claimedAt = instantOf(claimed);
  const fits = claimed <= receivedAt + maxAheadMs && claimed >= receivedAt - maxAgeMs;
  const agrees = Math.abs(claimed - receivedAt) <= agreesMs;
  if (fits && (said.clockSynced || agrees)) return { takenAt: claimedAt, clockTrusted: true };
  const { ageMs = 0 } = said;
  const takenAt = instantOf(ageMs <= maxAgeMs ? receivedAt - ageMs : receivedAt);
  return { takenAt, clockTrusted: false, claimedAt };
}
