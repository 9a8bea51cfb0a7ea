import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera } from '../ports/camera.ts';
import type { FrameReader } from '../ports/frame-reader.ts';
import type { DoorEvent } from './door-event.ts';

export interface WatchDoorOptions {
  readonly camera: Pick<Camera, 'frames'>;
  readonly reader: FrameReader;
  readonly motion: AgentConfig['motion'];
  readonly passage: AgentConfig['passage'];
  /** Whether the machine's clock is synchronized now. */
  readonly clockSynced: () => boolean;
  /** ULIDs, ascending. */
  readonly newId: () => string;
  readonly timer: Timer;
  /** Aborted when the agent stops: says `stopped` rather than `camera-ended` of the open passage. Stop the camera as well. */
  readonly signal?: AbortSignal;
}

/**
 * Watches the frames of a camera and tells what to publish: captures while a passage is open, then its end.
 * Ends when the camera does. Throws what the camera throws, after the end of the open passage was told.
 */
export declare function watchDoor(options: WatchDoorOptions): AsyncGenerator<DoorEvent, void>;
