import type { DeviceId, DoorId, PassageId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { Passage } from '../store/passage-store.ts';

/** ms without anything new after which a passage is decided: its device may never tell that it ended. */
export const silentMs = 15_000;
/** ms for which the faces of a passage that fell silent can still be linked with what comes late. */
const lateMs = 3_600_000;
/** Seconds that the record of a passage is kept: no late capture may start its numbers anew. */
const keepSeconds = 400 * 86_400;

/** A passage of which nothing is known yet, at the door of its first capture. */
export function newPassage(
  id: PassageId,
  { deviceId, doorId }: { readonly deviceId: DeviceId | null; readonly doorId: DoorId | null },
): Passage {
  const nothing = { captures: {}, tracks: [], shots: [], skipped: [], searching: null, expected: null, dueAt: null };
  return { id, deviceId, doorId, state: 'open', ...nothing };
}

/** Something new came: looked at again when it has been silent. */
export function kept(passage: Passage, now: number): Passage {
  return { ...passage, state: 'open', dueAt: instantOf(now + silentMs) };
}

/** One of its captures was searched. Where that has a price it may have come long before, and silence counts from then. */
export function goingOn(passage: Passage, now: number): Passage {
  const isHeld = passage.state === 'open' && passage.dueAt !== null && passage.shots.length > 0;
  return isHeld ? passage : kept(passage, now);
}

/** Nothing more is expected: what could be compared goes, decisions stay. */
export function closed(passage: Passage): Passage {
  return { ...passage, state: 'closed', dueAt: null, tracks: passage.tracks.map((track) => ({ ...track, shots: [] })) };
}

/** It fell silent and is decided; something may still come late. */
export function settled(passage: Passage, now: number): Passage {
  return { ...passage, state: 'settled', dueAt: instantOf(now + lateMs) };
}

/** Whether all captures that its device named have been recognized. */
export function isComplete(passage: Passage): boolean {
  return passage.expected?.every((id) => Object.hasOwn(passage.captures, id)) ?? false;
}

/** Seconds since the epoch at which a record written now may go. */
export function passageExpiry(now: number): number {
  return Math.floor(now / 1000) + keepSeconds;
}
