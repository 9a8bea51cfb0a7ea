import type { OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { StoredCapture } from '../store/capture-store.ts';
import { doorShot } from './door-shot.ts';
import { failCapture } from './fail-capture.ts';
import { kept, newPassage, passageExpiry } from './passage-progress.ts';
import type { SettlePorts } from './recognition-ports.ts';

/** As many as a device may number, and name when it ends a passage: what reads all of a passage at once is sure to have all. */
const maxCaptures = 99;
/** Captures of one passage that come at once, each of which may be quicker. */
const maxRounds = 20;

/**
 * Enters a door's capture in its passage, where it waits until it is clear whether it must be searched. The same again changes nothing.
 * @returns `finished` when the passage has what was found in it, and only the capture itself does not say so yet: whoever did it died.
 * @throws Unavailable when it could work later.
 */
export async function holdCapture(
  ports: SettlePorts,
  org: OrganizationId,
  waiting: StoredCapture,
): Promise<'waiting' | 'finished' | 'failed'> {
  const { capture } = waiting;
  for (let round = 0; round < maxRounds; round++) {
    const stored = await ports.passages.get(org, capture.passageId);
    const passage = stored?.passage ?? newPassage(capture.passageId, capture);
    if (passage.deviceId !== capture.deviceId) {
      await failCapture(ports, org, waiting, 'its passage belongs to another device');
      return 'failed';
    }
    if (Object.hasOwn(passage.captures, capture.id)) return 'finished';
    if (passage.shots.some((shot) => shot.captureId === capture.id)) return 'waiting';
    if (passage.shots.length >= maxCaptures) {
      await failCapture(ports, org, waiting, `its passage has ${maxCaptures} captures already`);
      return 'failed';
    }
    const now = ports.clock.now();
    const held = { ...passage, shots: [...passage.shots, doorShot(capture)] };
    // What was decided before goes its way; a passage that goes on is looked at again when it has been silent.
    const next = passage.state === 'open' ? kept(held, now) : { ...held, dueAt: held.dueAt ?? instantOf(now) };
    if (await ports.passages.save(org, next, stored?.version ?? 0, passageExpiry(now))) return 'waiting';
  }
  throw new Unavailable(`passage ${capture.passageId} kept changing: try again`);
}
