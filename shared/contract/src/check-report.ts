import { z } from 'zod';
import { CommissioningFace } from './commissioning.ts';
import { PictureState } from './heartbeat.ts';
import { Instant } from './instant.ts';

/** What faces were measured against: beyond `min` and `max` nobody can be recognized; short of `good` it is less sure. */
export const FaceLimits = z.strictObject({
  /** Width and height of the face, pixels. */
  minPixels: z.number().min(0),
  goodPixels: z.number().min(0),
  /** Degrees to either side. */
  goodYaw: z.number().min(0),
  maxYaw: z.number().min(0),
  /** Degrees up, and down. */
  goodPitchUp: z.number().min(0),
  goodPitchDown: z.number().min(0),
  maxPitch: z.number().min(0),
  /** 0 to 100. */
  minSharpness: z.number().min(0),
  goodSharpness: z.number().min(0),
  /** Mean luma, percent of white. */
  minLight: z.number().min(0),
  goodLight: z.number().min(0),
});
export type FaceLimits = z.infer<typeof FaceLimits>;

/** What a job `check` brings: what was measured of faces, by what limits, and the frame that shows it best. */
export const CheckReport = z.strictObject({
  v: z.literal(1),
  /** When it was finished. */
  at: Instant,
  /** Frames that were looked at. */
  frames: z.int().min(0),
  /** Of them, frames with a face, and with a usable one. */
  framesWithFace: z.int().min(0),
  framesWithUsableFace: z.int().min(0),
  /** Of the camera, pixels. */
  width: z.int().min(1),
  height: z.int().min(1),
  /** Best first; the best of them when there were more. */
  faces: z.array(CommissioningFace).max(60),
  /** What to do, most important first, in words. Empty when all is well. */
  advice: z.array(z.string().max(300)).max(10),
  /** What is wrong with the camera's pictures as such. */
  picture: PictureState,
  /** Whether somebody could be recognized here, as it is. */
  fit: z.boolean(),
  limits: FaceLimits,
  /** The frame with the best face, or the last one: as the camera stores it, whole, perhaps shrunk. Its faces are those with its `at`. */
  still: z.strictObject({
    at: Instant,
    /** Pixels. */
    width: z.int().min(1),
    height: z.int().min(1),
    /** JPEG, base64. */
    image: z.base64().min(4),
  }),
});
export type CheckReport = z.infer<typeof CheckReport>;
