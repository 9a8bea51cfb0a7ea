import { recognitionLimits as limits } from '@rollcall/faces/recognition-limits';
import type { Face } from '../ports/face-engine.ts';

/**
 * Why nobody may be recognized by this face, in words; null when somebody may. There is no way round it by a high similarity:
 * poor faces look alike, so it is there that strangers are taken for somebody.
 */
export function faceProblem(face: Face): string | null {
  const width = Math.round(face.box.width);
  if (face.confidence < limits.minConfidence) return 'hardly a face';
  if (width < limits.minPixels) return `face only ${width} pixels wide: needs ${limits.minPixels}`;
  if (face.quality.sharpness < limits.minSharpness) {
    return `face too blurred: sharpness ${Math.round(face.quality.sharpness)} of 100, needs ${limits.minSharpness}`;
  }
  if (face.quality.brightness < limits.minBrightness) {
    return `face too dark: brightness ${Math.round(face.quality.brightness)} of 100, needs ${limits.minBrightness}`;
  }
  const { pose } = face;
  // Whoever does not say how a face is turned has a filter for what is turned too far: Rekognition's EXTREME_POSE.
  if (pose && (Math.abs(pose.yaw) > limits.maxYaw || Math.abs(pose.pitch) > limits.maxPitch)) {
    return 'face turned too far away from the camera';
  }
  return null;
}
