import type { CaptureId, OrganizationId, PassageId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Passage } from '../store/passage-store.ts';
import { advancePassage } from './advance-passage.ts';
import { passageExpiry } from './passage-progress.ts';
import type { RecognitionPorts } from './recognition-ports.ts';
import { recognizeCapture } from './recognize-capture.ts';

/** ms after which whoever searches must have died: no function of ours runs for longer on one capture. */
const leaseMs = 60_000;
/** Searches of a passage in one go, with those in which somebody was quicker. */
const maxTurns = 100;
const maxRounds = 20;

/**
 * Searches the captures of a passage that must be searched now, the best first and one at a time, until nothing is due. What waits for
 * something better goes on waiting. Where searching is free nothing waits here, and it only decides what is undecided.
 * @returns the captures that were searched. @throws Unavailable when it could work later.
 */
export async function recognizePassage(
  ports: RecognitionPorts,
  org: OrganizationId,
  id: PassageId,
): Promise<readonly CaptureId[]> {
  const searched: CaptureId[] = [];
  for (let turn = 0; turn < maxTurns; turn++) {
    const captureId = await advancePassage(ports, org, id);
    if (captureId === undefined) return searched;
    if (!(await lease(ports, org, id, captureId))) continue;
    try {
      await recognizeCapture(ports, org, captureId);
    } catch (error) {
      await release(ports, org, id, captureId, 'failed');
      throw error;
    }
    await release(ports, org, id, captureId, 'done');
    searched.push(captureId);
  }
  throw new Unavailable(`passage ${id} had too many searches at once: try again`);
}

/** @returns false when something changed meanwhile. */
async function lease(
  ports: RecognitionPorts,
  org: OrganizationId,
  id: PassageId,
  captureId: CaptureId,
): Promise<boolean> {
  const stored = await ports.passages.get(org, id);
  const now = ports.clock.now();
  const other = stored?.passage.searching;
  if (!stored || (other && Date.parse(other.until) > now)) return false;
  const searching = { captureId, until: instantOf(now + leaseMs) };
  const saved = await ports.passages.save(org, { ...stored.passage, searching }, stored.version, passageExpiry(now));
  return saved !== undefined;
}

async function release(
  ports: RecognitionPorts,
  org: OrganizationId,
  id: PassageId,
  captureId: CaptureId,
  outcome: 'done' | 'failed',
): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const stored = await ports.passages.get(org, id);
    if (stored?.passage.searching?.captureId !== captureId) return;
    const free = freed(stored.passage, captureId, outcome);
    if (await ports.passages.save(org, free, stored.version, passageExpiry(ports.clock.now()))) return;
  }
}

/** What was searched and is in no track after all, since it is no picture or was deleted, waits no longer. */
function freed(passage: Passage, captureId: CaptureId, outcome: 'done' | 'failed'): Passage {
  const isGone = outcome === 'done' && !Object.hasOwn(passage.captures, captureId);
  const shots = isGone ? passage.shots.filter((shot) => shot.captureId !== captureId) : passage.shots;
  return { ...passage, shots, searching: null };
}
