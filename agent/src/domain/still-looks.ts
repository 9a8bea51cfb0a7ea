import type { CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';

export interface WatchedDoor {
  readonly lastFrame: Frame | undefined;
  status(): CameraStatus;
}

/**
 * Whether somebody still looks at the frames of a door, as asked every so often: a camera that gives none is no reason to doubt it, but a
 * reader that was busy with one and the same frame when it was asked last and is so now hangs.
 */
export function stillLooks(door: WatchedDoor): () => boolean {
  let before: Frame | undefined;
  return () => {
    const { state, waitedMs } = door.status();
    const frame = state === 'ok' && waitedMs === 0 ? door.lastFrame : undefined;
    const hangs = frame !== undefined && frame === before;
    before = frame;
    return !hangs;
  };
}
