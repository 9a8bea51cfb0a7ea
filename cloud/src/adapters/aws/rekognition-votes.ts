import type { FaceEngine } from '../../ports/face-engine.ts';
import { isSamePerson, parseEvidence } from './rekognition-evidence.ts';
import { vote } from './rekognition-vote.ts';

/** What `RekognitionEngine` says of faces that it searched before: it asks nobody, and reads no picture. */
export const rekognitionVotes: Pick<FaceEngine, 'searchTogether' | 'isSamePerson'> = {
  searchTogether: (_org, seen) => {
    const ballots = seen.flatMap((evidence) => parseEvidence(evidence) ?? []);
    // Within a passage the model changes at most once, and what the older one said is on another scale.
    const version = ballots.at(-1)?.stamp.version;
    return Promise.resolve(vote(ballots.filter((one) => one.stamp.version === version)));
  },
  isSamePerson: (a, b) => {
    const [first, second] = [parseEvidence(a), parseEvidence(b)];
    return first !== undefined && second !== undefined && isSamePerson(first, second);
  },
};
