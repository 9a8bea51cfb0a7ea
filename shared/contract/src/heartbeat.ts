import { z } from 'zod';
import { Instant } from './instant.ts';

/** `ok`: frames come; `starting`; `silent`: no frame for longer than it should; `ended`: a clip that is over. */
export const CameraState = z.enum(['starting', 'ok', 'silent', 'ended', 'failed']);
export type CameraState = z.infer<typeof CameraState>;

/** A device's health, once a minute and on each change of the camera's state. QoS 1, not kept when offline. */
export const Heartbeat = z.strictObject({
  v: z.literal(1),
  at: Instant,
  startedAt: Instant,
  agentVersion: z.string().max(40),
  clockSynced: z.boolean(),
  camera: z.strictObject({
    state: CameraState,
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
  residentBytes: z.int().min(0),
  /** The last frame, small (JPEG, base64, up to 24 KB), so that ops see what the camera sees. */
  still: z.base64().max(32_768).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;
