import { z } from 'zod';
import { Instant } from './instant.ts';

/** `ok`: frames come; `starting`; `silent`: no frame for longer than it should; `ended`: a clip that is over. */
export const CameraState = z.enum(['starting', 'ok', 'silent', 'ended', 'failed']);
export type CameraState = z.infer<typeof CameraState>;

/**
 * What is wrong with pictures that come: too `dark` for faces; the lens is `covered`; `frozen`: the same picture again and again;
 * `defocused`: much less sharp than this camera's usual.
 */
export const PictureState = z.enum(['ok', 'dark', 'covered', 'frozen', 'defocused']);
export type PictureState = z.infer<typeof PictureState>;

/** `on`: only shots with a face are published; `open`: it should be on, but does not work, so every shot passes. */
export const FaceGateState = z.enum(['off', 'measuring', 'on', 'open']);
export type FaceGateState = z.infer<typeof FaceGateState>;

/** How the agent's face gate does. Counts are since the agent started. */
export const FaceGateHealth = z.strictObject({
  state: FaceGateState,
  /** Why it is not on, in words for ops. */
  detail: z.string().max(300).optional(),
  /** ms that one look at a frame takes, lately. */
  lookMs: z.number().min(0).max(600_000).optional(),
  /** Frames that were looked at. */
  looks: z.int().min(0),
  /** Frames that were not, since a newer one came first. */
  skipped: z.int().min(0),
  /** Looks that failed: their shots passed. */
  failed: z.int().min(0),
});
export type FaceGateHealth = z.infer<typeof FaceGateHealth>;

/** A device's health, once a minute and on each change of the camera's state or picture. QoS 1, not kept when offline. */
export const Heartbeat = z.strictObject({
  v: z.literal(1),
  at: Instant,
  startedAt: Instant,
  agentVersion: z.string().max(40),
  clockSynced: z.boolean(),
  camera: z.strictObject({
    state: CameraState,
    /** Absent before enough frames were seen, and from agents that do not look at it. */
    picture: PictureState.optional(),
    /** What is wrong, in words for ops. */
    detail: z.string().max(300).optional(),
    framesPerSecond: z.number().min(0).max(1000),
    width: z.int().min(0),
    height: z.int().min(0),
    lastFrameAt: Instant.optional(),
    /** Frames that did not decode, since the agent started. */
    badFrames: z.int().min(0),
  }),
  outbox: z.strictObject({
    items: z.int().min(0),
    bytes: z.int().min(0),
    oldestAt: Instant.optional(),
    /** Set aside as undeliverable. */
    parked: z.int().min(0),
    /** Lost to a full disk or a full outbox. */
    dropped: z.int().min(0),
    /** What is wrong with it, in words for ops: the disk takes nothing, the outbox is full. */
    problem: z.string().max(300).optional(),
  }),
  passages: z.int().min(0),
  captures: z.int().min(0),
  /** Absent from agents that know no face gate. */
  faceGate: FaceGateHealth.optional(),
  /** The device's own certificate. Absent from agents that do not tell. */
  certificate: z
    .strictObject({
      expiresAt: Instant,
      /** What is wrong with it, or with the claim that it came from, in words for ops. */
      problem: z.string().max(300).optional(),
    })
    .optional(),
  residentBytes: z.int().min(0),
  /** The last frame, small (JPEG, base64, up to 24 KB), so that ops see what the camera sees. */
  still: z.base64().max(32_768).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;
