import type { PersonId } from '@rollcall/contract/ids';
import type { Candidate } from '../../ports/face-engine.ts';
import { maxCandidates, type RekognitionEvidence } from './rekognition-evidence.ts';

/** What one picture says of people, and how much it counts. */
type Ballot = Pick<RekognitionEvidence, 'weight' | 'candidates'>;

/**
 * Whom several pictures of one face resemble together: per person the mean of what each picture says, in log-odds, better pictures counting
 * more. There is no bonus for agreement, so nobody is as similar to all pictures as to the best of them: how far the errors of Rekognition's
 * answers depend on each other within a passage is not known.
 *
 * Whom a full answer leaves out is at most as similar as the last on it, and is taken to be: for a rival, who must not be forgotten because
 * five others were more alike, that is the careful side. Whom an answer with room leaves out is not similar at all.
 */
export function vote(ballots: readonly Ballot[]): Candidate[] {
  const people = new Set(ballots.flatMap(({ candidates }) => candidates.map((one) => one.personId)));
  const total = ballots.reduce((sum, { weight }) => sum + weight, 0);
  return [...people]
    .map((personId) => {
      const mean = ballots.reduce((sum, ballot) => sum + ballot.weight * logOdds(said(ballot, personId)), 0) / total;
      return { personId, similarity: 100 / (1 + Math.exp(-mean)) };
    })
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, maxCandidates);
}

function said({ candidates }: Ballot, personId: PersonId): number {
  const named = candidates.find((one) => one.personId === personId);
  if (named) return named.similarity;
  return candidates.length < maxCandidates ? 0 : (candidates.at(-1)?.similarity ?? 0);
}

/** Kept finite at both ends: Rekognition rounds to 0 and 100. */
function logOdds(similarity: number): number {
  const within = Math.min(99.99, Math.max(0.01, similarity));
  return Math.log(within / (100 - within));
}
