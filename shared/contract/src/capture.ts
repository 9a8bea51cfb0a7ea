import { z } from 'zod';
import { CaptureId, PassageId } from './ids.ts';
import { Instant } from './instant.ts';

/** A part of a picture, in pixels of that picture, origin at the top left. */
export const Region = z.object({
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
});
export type Region = z.infer<typeof Region>;

/**
 * Why the agent chose this frame: how sharp, large and well lit the best face is, where the agent looks for faces, else what moved. All numbers
 * 0 to 1 but `sequence`, which counts the captures of the passage from 1.
 */
export const ShotScore = z.object({
  score: z.number().min(0).max(1),
  sharpness: z.number().min(0).max(1),
  size: z.number().min(0).max(1),
  light: z.number().min(0).max(1),
  sequence: z.int().min(1).max(99),
});
export type ShotScore = z.infer<typeof ShotScore>;

/** What the agent's own detector saw of the faces in a capture. Numbers only: nobody can be recognized by them. */
export const FaceSummary = z.strictObject({
  /** Faces that were found. */
  count: z.int().min(1).max(99),
  /** Width of the largest, in pixels of the published picture. */
  pixels: z.int().min(1).max(20_000),
  /** Of the best one, 0 to 1: looks into the camera; sharp; well lit. */
  frontal: z.number().min(0).max(1),
  sharpness: z.number().min(0).max(1),
  light: z.number().min(0).max(1),
  /** False: none is good enough to recognize anybody by, and the passage showed no better one. */
  usable: z.boolean(),
});
export type FaceSummary = z.infer<typeof FaceSummary>;

/** A part of the camera's frame, in pixels of that frame. */
export const Cut = z.strictObject({
  ...Region.shape,
  frameWidth: z.int().min(1),
  frameHeight: z.int().min(1),
});
export type Cut = z.infer<typeof Cut>;

/**
 * A capture as a device publishes it: JSON, QoS 1, at most 128 KB with its base64 JPEG.
 * Organization and device come from the certificate and the topic that it allows, never from here.
 */
export const CaptureMessage = z.strictObject({
  v: z.literal(1),
  captureId: CaptureId,
  passageId: PassageId,
  takenAt: Instant,
  /** Whether the device's clock was synchronized when the frame was taken. */
  clockSynced: z.boolean(),
  /** ms between taking and publishing it, by a clock that no one sets: what tells the time when `takenAt` cannot be believed. Absent after a reboot. */
  ageMs: z.int().min(0).optional(),
  shot: ShotScore,
  /** What moved, in pixels of the published picture. */
  region: Region.optional(),
  /** The part of the frame that the published picture shows, perhaps shrunk; absent for all of it. */
  cut: Cut.optional(),
  /** Absent when the agent did not look for faces. */
  face: FaceSummary.optional(),
  /** JPEG, base64. */
  image: z.base64().min(4),
});
export type CaptureMessage = z.infer<typeof CaptureMessage>;

/**
 * The end of a passage: no picture follows for it. Sent after its captures, so that what is still
 * undecided about it can be decided from what came.
 */
export const PassageMessage = z.strictObject({
  v: z.literal(1),
  passageId: PassageId,
  openedAt: Instant,
  /** When somebody was last there; the quiet after it is not counted. */
  closedAt: Instant,
  clockSynced: z.boolean(),
  /** Frames seen while it was open. */
  frames: z.int().min(1),
  /** Captures published for it; may be none (with a face gate, a cart). */
  captures: z.array(CaptureId).max(99),
  /** `quiet`: movement ended; `too-long`: cut at the cap; `camera-ended`: the camera stopped; `stopped`: the agent did. */
  ended: z.enum(['quiet', 'too-long', 'camera-ended', 'stopped']),
});
export type PassageMessage = z.infer<typeof PassageMessage>;

/** The cloud's answer to a capture or a passage, on the device's own ack topic. Until it comes the device keeps the item. */
export const Ack = z.discriminatedUnion('status', [
  z.object({ id: z.string(), status: z.literal('stored') }),
  /** Will never be accepted (it does not fit its schema, is no JPEG, …): the device parks it and counts it. */
  z.object({ id: z.string(), status: z.literal('refused'), reason: z.string() }),
]);
export type Ack = z.infer<typeof Ack>;
