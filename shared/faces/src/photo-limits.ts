import type { FoundFace } from './face.ts';

/** Below these a photo is no good for enrollment: see docs/recognition.md for what was measured. */
export const photoLimits = {
  /** Width of the face in pixels. */
  minFacePixels: 60,
  /** On the scale of `face-quality.ts`. */
  minSharpness: 20,
  minBrightness: 12,
  /** Degrees off the camera. */
  maxYaw: 40,
  maxPitch: 40,
} as const;

export type PhotoProblem = 'no-face' | 'several-faces' | 'face-too-small' | 'too-blurred';

/** Why a photo with these faces (largest first) cannot enroll somebody; undefined when it can. */
export function photoProblem(faces: readonly Pick<FoundFace, 'box' | 'quality'>[]): PhotoProblem | undefined {
  const [face] = faces;
  if (!face) return 'no-face';
  if (faces.length > 1) return 'several-faces';
  if (face.box.width < photoLimits.minFacePixels) return 'face-too-small';
  if (face.quality.sharpness < photoLimits.minSharpness) return 'too-blurred';
  return undefined;
}
