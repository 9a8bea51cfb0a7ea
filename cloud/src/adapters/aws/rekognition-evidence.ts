import { PersonId } from '@rollcall/contract/ids';
import { z } from 'zod';
import type { Candidate, EngineStamp, FaceEvidence } from '../../ports/face-engine.ts';

/** What Rekognition said of one face. It gives no vector of a face that is searched, so whom it named is all there is to compare. */
export interface RekognitionEvidence {
  readonly stamp: EngineStamp;
  /** How much it counts beside others of its passage, 0 to 1. */
  readonly weight: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
}

/** Entries of an answer. */
export const maxCandidates = 5;

/** From here on a face may well be that person: then other pictures of it must bear it out. */
const namedFrom = 80;
/** From here on a face resembles somebody more than strangers do. */
const likelyFrom = 50;
/** From here on it is that person and nobody else. */
const certainFrom = 95;

const Named = z.array(z.tuple([PersonId, z.number().min(0).max(100)])).max(maxCandidates);

/** `rekognition/7.0 0.85 [["01AR…",99.12],…]`: printable, some 200 bytes. */
export function evidenceOf({ stamp, weight, candidates }: RekognitionEvidence): FaceEvidence {
  const named = candidates.slice(0, maxCandidates).map((one) => [one.personId, rounded(one.similarity)]);
  return `${stamp.engine}/${stamp.version} ${weight.toFixed(2)} ${JSON.stringify(named)}`;
}

/** Undefined when another engine made it. */
export function parseEvidence(evidence: FaceEvidence): RekognitionEvidence | undefined {
  const [made = '', weight = '', named = ''] = evidence.split(' ');
  const [engine = '', version = ''] = made.split('/');
  if (engine !== 'rekognition') return undefined;
  const candidates = Named.parse(JSON.parse(named)).map(([personId, similarity]) => ({ personId, similarity }));
  return { stamp: { engine, version }, weight: Number(weight), candidates };
}

/**
 * Whether two faces of one passage are one person, by whom they were taken for. Who is named in one picture must at least be likely in
 * the other; two who are certain must be the same. Faces that name nobody are taken for one: a passage is mostly one person, and of strangers
 * it is only known how many were seen at once (two faces of one picture are never compared). CompareFaces would know more, at the price of
 * another search.
 */
export function isSamePerson(a: RekognitionEvidence, b: RekognitionEvidence): boolean {
  if (a.stamp.version !== b.stamp.version) return false;
  const [bestOfA, bestOfB] = [a.candidates[0], b.candidates[0]];
  if (bestOfA && bestOfB && bestOfA.similarity >= certainFrom && bestOfB.similarity >= certainFrom) {
    return bestOfA.personId === bestOfB.personId;
  }
  return isBorneOut(bestOfA, b) && isBorneOut(bestOfB, a);
}

function isBorneOut(best: Candidate | undefined, by: RekognitionEvidence): boolean {
  if (!best || best.similarity < namedFrom) return true;
  return by.candidates.some((other) => other.personId === best.personId && other.similarity >= likelyFrom);
}

/** Two decimals are more than a threshold asks for. */
function rounded(similarity: number): number {
  return Math.round(similarity * 100) / 100;
}
