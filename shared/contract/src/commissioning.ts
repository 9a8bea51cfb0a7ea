import { z } from 'zod';
import { Region } from './capture.ts';
import { Instant } from './instant.ts';

/** Why nobody could be recognized by a face. */
export const FaceProblem = z.enum([
  'too-small',
  'turned-away',
  'looks-up-or-down',
  'too-blurred',
  'too-dark',
  'too-bright',
  'cut-off',
  'uncertain',
]);
export type FaceProblem = z.infer<typeof FaceProblem>;

/** One face in one frame, as it was measured. No picture and no vector: nobody can be recognized by it. */
export const CommissioningFace = z.strictObject({
  at: Instant,
  /** In pixels of the frame; its width is the face's size in pixels. */
  box: Region,
  /** Between the middles of the eyes, pixels. */
  eyePixels: z.number().min(0).max(20_000),
  /** Degrees; 0 looks into the camera. Yaw: towards its own left is positive; pitch: up; roll: clockwise as seen. */
  pose: z.strictObject({
    yaw: z.number().min(-180).max(180),
    pitch: z.number().min(-180).max(180),
    roll: z.number().min(-180).max(180),
  }),
  /** 0 to 100; 0 is blurred beyond recognition. */
  sharpness: z.number().min(0).max(100),
  light: z.strictObject({
    /** Mean luma, percent of white. */
    mean: z.number().min(0).max(100),
    /** Percent of the face that is black, and that is white: there is nothing to see there. */
    black: z.number().min(0).max(100),
    white: z.number().min(0).max(100),
  }),
  /** 0 to 100: how sure the detector is that it is a face. */
  confidence: z.number().min(0).max(100),
  usable: z.boolean(),
  /** In words, each with what was measured and what is needed; empty for a good face, advice for one that is usable but not good. */
  problems: z.array(z.strictObject({ problem: FaceProblem, words: z.string().max(200) })).max(8),
});
export type CommissioningFace = z.infer<typeof CommissioningFace>;
