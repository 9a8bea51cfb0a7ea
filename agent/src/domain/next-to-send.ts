import type { OutboxItem } from '../ports/outbox.ts';

export interface SendSituation {
  /** What waits, oldest first. */
  readonly items: Iterable<OutboxItem>;
  /** How many may be on the way at once. */
  readonly window: number;
  /** On the way now, and whether each overtook older ones. */
  readonly inFlight: ReadonlyMap<number, { readonly overtook: boolean }>;
  /** False for an item that waits after a failed try. */
  readonly isDue: (item: OutboxItem) => boolean;
  /** Whether there is any such; looking for one among thousands is not for free. */
  readonly hasFresh: boolean;
  /** True for a capture or a report of just now: somebody may still be standing at the door, or wait for it. */
  readonly isFresh: (item: OutboxItem) => boolean;
  readonly hasCaptureOf: (passageId: string) => boolean;
}

/** What to send next, and whether it overtakes older items; undefined when nothing may go now. */
export function nextToSend(situation: SendSituation): { item: OutboxItem; overtook: boolean } | undefined {
  const { items, window, inFlight, isDue, hasFresh, isFresh, hasCaptureOf } = situation;
  if (inFlight.size >= window) return undefined;
  // One place of the window is for the living, the others are for the backlog: so a person is marked at once after an outage of
  // hours, and a busy door cannot starve the backlog. Order across passages does not matter to the register.
  const mayOvertake = hasFresh && window > 1 && ![...inFlight.values()].some((flight) => flight.overtook);
  let oldest: OutboxItem | undefined;
  for (const item of items) {
    if (inFlight.has(item.seq) || !isDue(item)) continue;
    // The end of a passage says that nothing follows, so it goes when nothing of the passage waits or is on the way.
    if (item.kind === 'passage' && hasCaptureOf(item.passageId)) continue;
    oldest ??= item;
    if (!mayOvertake) break;
    if (isFresh(item)) return { item, overtook: item !== oldest };
  }
  return oldest && { item: oldest, overtook: false };
}
