import type { CaptureRecord } from '../store/capture-store.ts';
import type { DoorShot } from '../store/passage-store.ts';

/** Where the agent looked for faces: turned to the camera, sharp, lit (0 to 1), and as wide as it takes to recognize most people. */
const goodFace = { frontal: 0.5, sharpness: 0.4, light: 0.4, pixels: 80 };
/** Where it did not: as large, sharp and well lit as what moved must be. */
const goodMotion = { size: 0.5, sharpness: 0.4, light: 0.4 };

/** What there is to say of a capture before its picture is searched. One without a score is taken for a good one: it does not wait. */
export function doorShot({ id, shot, face, takenAt, claimedAt }: CaptureRecord): DoorShot {
  return {
    captureId: id,
    at: claimedAt ?? takenAt,
    sequence: shot?.sequence ?? 1,
    score: shot?.score ?? 1,
    size: shot?.size ?? 1,
    faces: face?.count ?? null,
    isGood: !shot || isGood(shot, face),
  };
}

function isGood(shot: NonNullable<CaptureRecord['shot']>, face: CaptureRecord['face']): boolean {
  if (!face) {
    const { size, sharpness, light } = goodMotion;
    return shot.size >= size && shot.sharpness >= sharpness && shot.light >= light;
  }
  const { frontal, sharpness, light, pixels } = goodFace;
  if (!face.usable || face.pixels < pixels) return false;
  return face.frontal >= frontal && face.sharpness >= sharpness && face.light >= light;
}
