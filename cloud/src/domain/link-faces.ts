import type { CaptureId } from '@rollcall/contract/ids';
import type { Instant } from '@rollcall/contract/instant';
import type { FaceEngine, SearchedFace } from '../ports/face-engine.ts';
import type { Passage, Track, TrackShot } from '../store/passage-store.ts';
import { faceProblem } from './face-gate.ts';

/** Shots kept of a track: more than three averaged vectors add next to nothing. */
const maxShots = 3;
/** Keeps a passage's record under the table's 400 KB, whatever crowd a picture shows. */
const maxTracks = 40;

/**
 * The passage with the faces of one more capture, each added to the track of the same face or to a new one. Two faces of
 * one picture are never the same track. Tracks about which something else than `accepted` was decided take no more shots: their
 * sightings are final.
 * @param faces largest first.
 */
export function linkFaces(
  passage: Passage,
  capture: { readonly id: CaptureId; readonly takenAt: Instant },
  faces: readonly SearchedFace[],
  isSamePerson: FaceEngine['isSamePerson'],
): Passage {
  const tracks = [...passage.tracks];
  const numbers: number[] = [];
  for (const face of faces) {
    const shot = shotOf(capture, face);
    const index = tracks.findIndex(
      (track) => !numbers.includes(track.number) && isOpen(track) && shows(track, shot, isSamePerson),
    );
    const found = tracks[index];
    if (!found && tracks.length >= maxTracks) continue;
    const track = found
      ? { ...found, shots: keepBest([...found.shots, shot]) }
      : { number: (tracks.at(-1)?.number ?? 0) + 1, shots: [shot], sighting: null };
    if (found) tracks[index] = track;
    else tracks.push(track);
    numbers.push(track.number);
  }
  return { ...passage, tracks, captures: { ...passage.captures, [capture.id]: numbers } };
}

/** The passage with a capture in which there is no face, for which somebody waits for an answer. */
export function linkNoFace(passage: Passage, capture: { readonly id: CaptureId; readonly takenAt: Instant }): Passage {
  const number = (passage.tracks.at(-1)?.number ?? 0) + 1;
  const shot: TrackShot = {
    captureId: capture.id,
    takenAt: capture.takenAt,
    box: null,
    weight: 0,
    problem: 'no face in the picture',
    evidence: '',
    candidates: [],
  };
  return {
    ...passage,
    tracks: [...passage.tracks, { number, shots: [shot], sighting: null }],
    captures: { ...passage.captures, [capture.id]: [number] },
  };
}

/** The tracks that these turned out to be, in their order; those that count for nothing are left out. */
export function tracksOf(tracks: readonly Track[], numbers: readonly number[]): readonly number[] {
  const sameAs = new Map(tracks.map((track) => [track.number, track.sameAs ?? track.number]));
  const shown = new Set(numbers.map((number) => sameAs.get(number) ?? number));
  return [...shown].filter((number) => number > 0);
}

function isOpen(track: Track): boolean {
  return track.sameAs === undefined && (!track.sighting || track.sighting.verdict === 'accepted');
}

function shows(track: Track, shot: TrackShot, isSamePerson: FaceEngine['isSamePerson']): boolean {
  // Two look-alikes may pass for one face. Who by themselves resemble somebody else most get a track of their own; if nothing comes
  // of it, it is found to be the same when the passage is decided.
  const [likeliest] = shot.problem === null ? shot.candidates : [];
  if (track.sighting && likeliest && likeliest.personId !== track.sighting.personId) return false;
  return track.shots.some((other) => other.captureId !== shot.captureId && isSamePerson(other.evidence, shot.evidence));
}

function shotOf(capture: { readonly id: CaptureId; readonly takenAt: Instant }, found: SearchedFace): TrackShot {
  const { box, quality } = found.face;
  return {
    captureId: capture.id,
    takenAt: capture.takenAt,
    box: { x: box.x, y: box.y, width: box.width, height: box.height },
    weight: Math.round(box.width * quality.sharpness),
    problem: found.problem ?? faceProblem(found.face),
    evidence: found.evidence,
    candidates: found.candidates.map(({ personId, similarity }) => ({ personId, similarity })),
  };
}

function keepBest(shots: readonly TrackShot[]): readonly TrackShot[] {
  return shots
    .toSorted((a, b) => Number(a.problem !== null) - Number(b.problem !== null) || b.weight - a.weight)
    .slice(0, maxShots);
}
