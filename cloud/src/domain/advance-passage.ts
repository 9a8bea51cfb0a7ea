import type { CaptureId, OrganizationId, PassageId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Passage } from '../store/passage-store.ts';
import { markCaptureDone } from './mark-capture-done.ts';
import { passageExpiry } from './passage-progress.ts';
import type { SettlePorts } from './recognition-ports.ts';
import { planSearches, type Skipped } from './search-plan.ts';
import { settlePassage } from './settle-passage.ts';

const maxRounds = 20;

/**
 * Takes a passage as far as it goes without looking at a picture: skips the captures that need no search, and decides what is undecided
 * once nothing more is expected. May run at any time, any number of times.
 * @returns the capture that must be searched now; undefined when none must, or somebody is at it.
 */
export async function advancePassage(
  ports: SettlePorts,
  org: OrganizationId,
  id: PassageId,
): Promise<CaptureId | undefined> {
  for (let round = 0; round < maxRounds; round++) {
    const stored = await ports.passages.get(org, id);
    if (!stored) return undefined;
    const { passage, version } = stored;
    const now = ports.clock.now();
    if (passage.searching) {
      // One whose search was cut off comes first: what it found may not be written down yet.
      return Date.parse(passage.searching.until) > now ? undefined : passage.searching.captureId;
    }
    const { search, skip } = planSearches(passage, now);
    if (skip.length > 0) {
      const next = withSkipped(passage, skip);
      const saved = await ports.passages.save(org, next, version, passageExpiry(now));
      if (saved) await finishSkipped(ports, org, next, skip);
      continue;
    }
    if (search) return search;
    await settlePassage(ports, org, id);
    return undefined;
  }
  throw new Unavailable(`passage ${id} kept changing: try again`);
}

function withSkipped(passage: Passage, skip: readonly Skipped[]): Passage {
  const captures = Object.fromEntries(skip.map(({ captureId, tracks }) => [captureId, tracks]));
  const skipped = [...passage.skipped, ...skip.map(({ captureId }) => captureId)];
  return { ...passage, captures: { ...passage.captures, ...captures }, skipped };
}

async function finishSkipped(
  ports: SettlePorts,
  org: OrganizationId,
  passage: Passage,
  skip: readonly Skipped[],
): Promise<void> {
  for (const { captureId } of skip) {
    const waiting = await ports.captures.get(org, captureId);
    if (waiting?.capture.status === 'pending') await markCaptureDone(ports, org, waiting, passage);
  }
}
