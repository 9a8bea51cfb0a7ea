import type { CameraState, PictureState } from '@rollcall/contract/heartbeat';
import type { Frame } from './frame.ts';

export interface CameraStatus {
  readonly state: CameraState;
  /** Whether faces can show in its pictures; unknown at first. */
  readonly picture?: PictureState;
  /** What is wrong, in words for ops. */
  readonly detail?: string;
  /** Over the last seconds. */
  readonly framesPerSecond: number;
  /** Of the last frame; 0 before the first. */
  readonly width: number;
  readonly height: number;
  /** ms since the epoch. */
  readonly lastFrameAt?: number;
  /** Frames that were no whole JPEG, or did not decode, since the start. Each was dropped. */
  readonly badFrames: number;
  /** For how long its reader waits for the next frame; 0 while it is busy with the last. */
  readonly waitedMs: number;
}

/** Where frames come from. */
export interface Camera {
  /**
   * Starts the camera and gives its frames, until it ends or is stopped. Call it once.
   * A live camera, or a clip at its own pace, gives the latest frame: what its reader was too slow for is skipped.
   * @throws Misconfigured when the camera cannot work as named, Unavailable when it failed.
   */
  frames(): AsyncIterable<Frame>;
  /** Ends `frames()`. May be called twice, and before the start. */
  stop(): Promise<void>;
  status(): CameraStatus;
}
