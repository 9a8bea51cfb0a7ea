import { type CaptureId, type OrganizationId, SightingId } from '@rollcall/contract/ids';
import type { MatchThresholds } from '@rollcall/contract/organization';
import type { Candidate, FaceEngine } from '../ports/face-engine.ts';
import type { Passage, Track, TrackShot } from '../store/passage-store.ts';
import type { SightingFacts } from '../store/sighting-store.ts';
import { type Judgement, judge } from './match-policy.ts';

export interface DecideOptions {
  readonly org: OrganizationId;
  readonly thresholds: MatchThresholds;
  /**
   * `all`: nothing more is expected, so every track is decided. A capture: only who can be accepted already is, among the faces that
   * this capture shows; all else may still get a better picture.
   */
  readonly decide: 'all' | CaptureId;
}

interface Judged {
  readonly track: Track;
  readonly shots: readonly TrackShot[];
  readonly candidates: readonly Candidate[];
  readonly judgement: Judgement;
}

/** The passage with what can be decided now. What was decided before stays as it is. */
export async function decideTracks(
  engine: Pick<FaceEngine, 'searchTogether' | 'isSamePerson'>,
  passage: Passage,
  options: DecideOptions,
): Promise<Passage> {
  const decided = new Map<number, Track>(passage.tracks.map((track) => [track.number, track]));
  const judged: Judged[] = [];
  for (const track of passage.tracks) {
    if (!isUndecided(track)) continue;
    if (options.decide !== 'all' && !track.shots.some((shot) => shot.captureId === options.decide)) continue;
    const one = await judgeTrack(engine, track, options);
    if (one) judged.push(one);
  }
  // The likeliest first: of two faces in one picture that resemble the same person, it is the likelier one.
  judged.sort((a, b) => (b.judgement.similarity ?? 0) - (a.judgement.similarity ?? 0));
  for (const one of judged) {
    const track = decideOne(engine, passage, one, [...decided.values()], options.decide === 'all');
    decided.set(track.number, track);
  }
  const tracks = [...decided.values()];
  return { ...passage, tracks: options.decide === 'all' ? withUnusable(passage, tracks) : tracks };
}

function isUndecided(track: Track): boolean {
  return !track.sighting && track.sameAs === undefined;
}

/** Judges a track by all its usable shots together; undefined when it has none. */
async function judgeTrack(
  engine: Pick<FaceEngine, 'searchTogether'>,
  track: Track,
  { org, thresholds }: DecideOptions,
): Promise<Judged | undefined> {
  const shots = track.shots.filter((shot) => shot.problem === null);
  const [only] = shots;
  if (!only) return undefined;
  const evidence = shots.map((shot) => shot.evidence);
  const candidates = shots.length === 1 ? only.candidates : await engine.searchTogether(org, evidence);
  return { track, shots, candidates, judgement: judge(candidates, thresholds, shots.length) };
}

function decideOne(
  engine: Pick<FaceEngine, 'isSamePerson'>,
  passage: Passage,
  judged: Judged,
  tracks: readonly Track[],
  final: boolean,
): Track {
  const { track, judgement } = judged;
  if (judgement.verdict === 'accepted') {
    const rival = tracks.find((other) => other.sighting?.personId === judgement.personId);
    if (!rival) return { ...track, sighting: factsOf(passage, judged) };
    // The same person by two tracks: their pictures were too different to link them as one face.
    if (!sharesPicture(track, rival)) return { ...track, sameAs: rival.number };
    if (!final) return track;
    const reason = 'another face in the same picture is more like this person';
    return { ...track, sighting: { ...factsOf(passage, judged), verdict: 'doubtful', personId: null, reason } };
  }
  if (!final) return track;
  // Seen again after it was decided: a late shot of a passage that had fallen silent.
  const again = tracks.find(
    (other) => other.sighting && !sharesPicture(track, other) && isSameFace(engine, other, judged.shots),
  );
  return again ? { ...track, sameAs: again.number } : { ...track, sighting: factsOf(passage, judged) };
}

function sharesPicture(track: Track, other: Track): boolean {
  return track.shots.some((shot) => other.shots.some((theirs) => theirs.captureId === shot.captureId));
}

function isSameFace(engine: Pick<FaceEngine, 'isSamePerson'>, track: Track, shots: readonly TrackShot[]): boolean {
  return track.shots.some((theirs) => shots.some((ours) => engine.isSamePerson(theirs.evidence, ours.evidence)));
}

/**
 * A face that cannot be used cannot be told from the others of its passage either. So only a passage that shows nobody
 * better gets a sighting of one, the best.
 */
function withUnusable(passage: Passage, tracks: readonly Track[]): readonly Track[] {
  const undecided = tracks.filter(isUndecided);
  const [best] = tracks.some((track) => track.sighting) ? [] : undecided.toSorted((a, b) => weightOf(b) - weightOf(a));
  return tracks.map((track) => {
    if (!isUndecided(track)) return track;
    return track === best ? { ...track, sighting: unusableFacts(passage, track) } : { ...track, sameAs: 0 };
  });
}

function weightOf(track: Track): number {
  return track.shots[0]?.weight ?? 0;
}

function factsOf(passage: Passage, { track, shots, candidates, judgement }: Judged): SightingFacts {
  return {
    ...placeOf(passage, track, shots[0]),
    verdict: judgement.verdict,
    reason: judgement.reason,
    personId: judgement.verdict === 'accepted' ? judgement.personId : null,
    similarity: judgement.similarity,
    candidates,
  };
}

function unusableFacts(passage: Passage, track: Track): SightingFacts {
  const [shot] = track.shots;
  const reason = shot?.problem ?? 'no face in the picture';
  const none = { personId: null, similarity: null, candidates: [] };
  return { ...placeOf(passage, track, shot), verdict: 'unusable', reason, ...none };
}

/** @param shot the best one: the sighting's instant and picture are those of it. */
function placeOf(passage: Passage, track: Track, shot: TrackShot | undefined) {
  if (!shot) throw new Error(`track ${track.number} of passage ${passage.id} has no shot`);
  return {
    id: SightingId.parse(`${passage.id}.${track.number}`),
    at: shot.takenAt,
    doorId: passage.doorId,
    deviceId: passage.deviceId,
    captureId: shot.captureId,
    passageId: passage.id,
    face: shot.box,
  };
}
