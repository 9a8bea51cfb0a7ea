import type { Face } from '../ports/face-engine.ts';

/** What a face must have before anybody is recognized by it; docs/recognition.md has what was measured. */
export const faceGate = {
  /** Percent that it is a face at all. */
  minConfidence: 50,
  /** Width in pixels. */
  minPixels: 36,
  /** 0 to 100. */
  minSharpness: 8,
  minBrightness: 8,
  /** Degrees off the camera. */
  maxYaw: 60,
  maxPitch: 50,
} as const;

/**
 * Why nobody may be recognized by this face, in words; null when somebody may. There is no way round it by a high similarity:
 * poor faces look alike, so it is there that strangers are taken for somebody.
 */
export function faceProblem(face: Face): string | null {
  const width = Math.round(face.box.width);
  if (face.confidence < faceGate.minConfidence) return 'hardly a face';
  if (width < faceGate.minPixels) return `face only ${width} pixels wide: needs ${faceGate.minPixels}`;
  if (face.quality.sharpness < faceGate.minSharpness) {
    return `face too blurred: sharpness ${Math.round(face.quality.sharpness)} of 100, needs ${faceGate.minSharpness}`;
  }
  if (face.quality.brightness < faceGate.minBrightness) {
    return `face too dark: brightness ${Math.round(face.quality.brightness)} of 100, needs ${faceGate.minBrightness}`;
  }
  if (Math.abs(face.pose.yaw) > faceGate.maxYaw || Math.abs(face.pose.pitch) > faceGate.maxPitch) {
    return 'face turned too far away from the camera';
  }
  return null;
}
