import type { Box } from './picture.ts';

/** Degrees; 0 looks into the camera. Yaw: towards its own left is positive; pitch: up is positive; roll: clockwise as seen is positive. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/** 0 to 100 each; `face-quality.ts` says how they are measured. */
export interface Quality {
  readonly sharpness: number;
  readonly brightness: number;
}

/** What commissioning wants to know besides. */
export interface FaceMeasures {
  /** Between the middles of the eyes, in pixels of the picture as it came. */
  readonly eyePixels: number;
  /** Percent of the aligned face that is black, and that is white. */
  readonly black: number;
  readonly white: number;
}

/** One face that was found in a picture. */
export interface FoundFace {
  /** Tight around forehead, chin and cheeks, in pixels of the upright picture, unless they were asked for as stored. Its width is the face's size in pixels. */
  readonly box: Box;
  /** 0 to 100: how sure the mesh is that it lies on a face. */
  readonly confidence: number;
  readonly pose: Pose;
  readonly quality: Quality;
  /** 128 numbers of unit length; `similarity.ts` compares them. Absent when it was not asked for. */
  readonly vector?: Float32Array;
  /** Absent when they were not asked for. */
  readonly measures?: FaceMeasures;
}
