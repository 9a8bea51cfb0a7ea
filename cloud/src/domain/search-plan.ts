import type { CaptureId } from '@rollcall/contract/ids';
import type { DoorShot, Passage, Track } from '../store/passage-store.ts';
import { tracksOf } from './link-faces.ts';

/** What to do about the captures of a passage where each search has a price. */
export interface SearchPlan {
  /** To be searched now, one at a time: what it shows decides about the others. */
  readonly search: CaptureId | null;
  /** Not worth a search, each with the tracks that it is taken to show, and why, in words. */
  readonly skip: readonly Skipped[];
}

export interface Skipped {
  readonly captureId: CaptureId;
  readonly tracks: readonly number[];
}

/** Two captures are of one walk when somebody who comes nearer may be in both: taken so soon after each other … */
const walkGapMs = 2_000;
/** … that within this time nobody can have gone and another have come, unless who is seen gets this much smaller. */
const momentMs = 1_000;
const muchSmaller = 0.7;
/** Pictures of one walk that are searched: more than three of one face add next to nothing. */
const maxSearches = 3;
/** What is worth less than this part of a picture that showed a usable face adds nothing to it. */
const muchPoorer = 0.5;

/**
 * Captures are taken in walks: runs in which each one was taken soon after the one before and shows somebody nearer. One person who comes
 * through a door is one walk; who follows at a distance is another, and is searched for whoever was accepted before. Of each walk
 * the best picture is searched, and the next best only as long as somebody in it is not accepted, or the agent saw more faces. A good
 * picture is searched as it comes, a poor one when nothing better can come: its walk is over, or its passage, or nothing came for 15 s.
 * @param now ms since the epoch.
 */
export function planSearches(passage: Passage, now: number): SearchPlan {
  const walks = walksOf(passage.shots);
  const isSilent = passage.dueAt !== null && Date.parse(passage.dueAt) <= now;
  const isOver = passage.state !== 'open' || passage.expected !== null || isSilent;
  const plans = walks.map((walk, index) => planWalk(passage, walk, isOver || index < walks.length - 1));
  return {
    search: plans.map((plan) => plan.search).find((id) => id !== null) ?? null,
    skip: plans.flatMap((plan) => plan.skip),
  };
}

/** Shots in the order in which they were taken, cut where somebody else may have come. */
export function walksOf(shots: readonly DoorShot[]): readonly (readonly DoorShot[])[] {
  const walks: DoorShot[][] = [];
  for (const shot of shots.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.sequence - b.sequence)) {
    const walk = walks.at(-1);
    const before = walk?.at(-1);
    if (walk && before && goesOn(before, shot)) walk.push(shot);
    else walks.push([shot]);
  }
  return walks;
}

function goesOn(before: DoorShot, shot: DoorShot): boolean {
  const gapMs = Date.parse(shot.at) - Date.parse(before.at);
  if (gapMs <= momentMs) return shot.size >= before.size * muchSmaller;
  return gapMs <= walkGapMs && shot.size > before.size;
}

function planWalk(passage: Passage, walk: readonly DoorShot[], isOver: boolean): SearchPlan {
  const waiting = walk.filter(({ captureId }) => !Object.hasOwn(passage.captures, captureId));
  const searched = walk
    .filter(({ captureId }) => Object.hasOwn(passage.captures, captureId) && !passage.skipped.includes(captureId))
    .map(({ captureId }) => passage.captures[captureId] ?? []);
  const tracks = tracksOf(passage.tracks, searched.flat());
  const seen = Math.max(0, ...searched.map((numbers) => numbers.length));
  const areAccepted = tracks.length > 0 && tracks.every((number) => isAccepted(passage.tracks, number));
  const needed = usableScore(passage, walk) * muchPoorer;
  const addsNothing = (shot: DoorShot) => (areAccepted || shot.score < needed) && (shot.faces ?? 1) <= seen;
  const isEnough = (shot: DoorShot) => searched.length >= maxSearches || addsNothing(shot);
  const [best] = waiting
    .filter((shot) => !isEnough(shot) && (isOver || shot.isGood))
    .toSorted((a, b) => b.score - a.score || a.sequence - b.sequence);
  const skip = waiting.filter(isEnough).map(({ captureId }) => ({ captureId, tracks }));
  return { search: best?.captureId ?? null, skip };
}

/** The best score of a picture that was searched and showed a face by which somebody could be recognized. */
function usableScore({ tracks }: Passage, walk: readonly DoorShot[]): number {
  const usable = new Set(
    tracks.flatMap(({ shots }) => shots.flatMap((one) => (one.problem === null ? one.captureId : []))),
  );
  return Math.max(0, ...walk.flatMap(({ captureId, score }) => (usable.has(captureId) ? score : [])));
}

function isAccepted(tracks: readonly Track[], number: number): boolean {
  return tracks.some((track) => track.number === number && track.sighting?.verdict === 'accepted');
}
