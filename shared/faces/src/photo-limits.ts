import type { FoundFace } from './face.ts';

/**
 * Below these a photo is no good for enrollment. Stricter than recognition needs, since everything later is compared with it: docs/recognition.md
 * has what was measured.
 */
export const photoLimits = {
  /** Width of the face in pixels. At 64 recognition on LFW is as good as at 104; at 40 the stricter thresholds start to lose people. */
  minFacePixels: 60,
  /** 0 to 100. LFW photos are at 67 and more, and at 16 once blurred so that one in eight is no longer recognized. */
  minSharpness: 25,
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
