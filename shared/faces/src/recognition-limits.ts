/** What a face must have before anybody is recognized by it; docs/recognition.md has what was measured. */
export const recognitionLimits = {
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
