import type { FaceLimits } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';
import type { FoundFace } from '@rollcall/faces/face';
import { instantOf } from '@rollcall/kit/clock';
import type { Frame } from '../ports/frame.ts';
import { judgeFace } from './face-in-shot.ts';
import { faceProblems } from './face-problems.ts';

/** A face that was measured; the higher its score, the better. */
export interface MeasuredFace {
  readonly face: CommissioningFace;
  readonly score: number;
}

/** Measures a face of a frame. Undefined when it lies outside of it. */
export function measureFace(found: FoundFace, frame: Frame, limits: FaceLimits): MeasuredFace | undefined {
  // What is hardly a face is told too: a blurred one must not be taken for none.
  const judged = judgeFace({ ...found, confidence: 100 }, frame);
  if (!judged) return undefined;
  const { pose, quality, measures } = found;
  const problems = faceProblems(found, frame, limits);
  const usable = !problems.some((one) => one.fatal);
  const face: CommissioningFace = {
    at: instantOf(frame.at),
    box: {
      ...judged.box,
      width: upTo(judged.box.width, found.box.width),
      height: upTo(judged.box.height, found.box.height),
    },
    eyePixels: tenth(measures?.eyePixels ?? 0),
    pose: { yaw: tenth(pose.yaw), pitch: tenth(pose.pitch), roll: tenth(pose.roll) },
    sharpness: tenth(quality.sharpness),
    light: { mean: tenth(quality.brightness), black: tenth(measures?.black ?? 0), white: tenth(measures?.white ?? 0) },
    confidence: tenth(found.confidence),
    usable,
    problems: problems.map(({ problem, words }) => ({ problem, words })),
  };
  return { face, score: judged.score + (usable ? 1 : 0) };
}

/** As it was measured, and no more than is in the frame. */
function upTo(inFrame: number, measured: number): number {
  return Math.min(inFrame, Math.max(1, Math.round(measured)));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
