import { parseVector, vectorText } from '@rollcall/faces/vector-text';
import type { EngineStamp, FaceEvidence } from '../../ports/face-engine.ts';

/** A vector with how much it counts beside others of the same passage, 0 to 1. */
export interface WeighedVector {
  readonly vector: Float32Array;
  readonly weight: number;
}

/** What is kept of a face: `embedded/1 0.85 <684 characters of vector>`. */
export function evidenceOf(stamp: EngineStamp, vector: Float32Array, weight: number): FaceEvidence {
  return `${stamp.engine}/${stamp.version} ${weight.toFixed(2)} ${vectorText(vector)}`;
}

/** The vector in a piece of evidence; undefined when another engine or version made it. */
export function parseEvidence(evidence: FaceEvidence, stamp: EngineStamp): WeighedVector | undefined {
  const [made = '', weight = '', vector = ''] = evidence.split(' ');
  if (made !== `${stamp.engine}/${stamp.version}`) return undefined;
  return { vector: parseVector(vector), weight: Number(weight) };
}
