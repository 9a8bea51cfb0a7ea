import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera } from '../ports/camera.ts';
import type { FrameReader } from '../ports/frame-reader.ts';
import type { DoorEvent } from './door-event.ts';
import type { FaceGate } from './face-gate.ts';
import { MotionFilter } from './motion.ts';
import { nextFrame } from './next-frame.ts';
import { OpenPassage } from './open-passage.ts';
import { type ClosedPassage, PassageWatch } from './passage.ts';

export interface WatchDoorOptions {
  readonly camera: Pick<Camera, 'frames'>;
  readonly reader: FrameReader;
  /** Holds back shots without a face. Without it every shot passes. */
  readonly gate?: FaceGate;
  /** Read again between passages: another object counts from the next frame on. */
  readonly motion: AgentConfig['motion'];
  readonly passage: AgentConfig['passage'];
  /** Called when a passage opens, and after its end was taken. */
  readonly onPassage?: (isOpen: boolean) => void;
  /** Whether the machine's clock is synchronized now. */
  readonly clockSynced: () => boolean;
  /** ULIDs, ascending. */
  readonly newId: () => string;
  readonly timer: Timer;
  /** Aborted when the agent stops: says `stopped` rather than `camera-ended` of the open passage. Stop the camera as well. */
  readonly signal?: AbortSignal;
}

/** A camera that gives no frame for so long has ended the passage, whether or not it comes back. */
const silentMs = 5_000;

/**
 * Watches the frames of a camera and tells what to publish: captures while a passage is open, then its end.
 * Ends when the camera does. Throws what the camera throws, after the end of the open passage was told.
 */
export async function* watchDoor(options: WatchDoorOptions): AsyncGenerator<DoorEvent, void> {
  const { gate, timer, signal, onPassage = () => {} } = options;
  let { motion: motionOptions, passage: passageOptions } = options;
  let filter = new MotionFilter({ ...motionOptions, stillMs: passageOptions.stillMs });
  let watch = new PassageWatch({ ...motionOptions, ...passageOptions });
  const frames = options.camera.frames()[Symbol.asyncIterator]();
  let open: OpenPassage | undefined;
  const openPassage = (at: number) => new OpenPassage({ ...options, maxCaptures: passageOptions.maxCaptures }, at);

  async function* end(passage: ClosedPassage | undefined): AsyncGenerator<DoorEvent, void> {
    const ended = open;
    open = undefined;
    if (ended && passage) yield* await ended.end(passage);
    if (ended) onPassage(false);
  }

  try {
    for (let waiting = frames.next(); ; ) {
      const next = await nextFrame(waiting, open ? silentMs : undefined, timer);
      if (next === 'silent') {
        yield* end(watch.close('camera-ended'));
        continue;
      }
      if (next.done) break;
      const frame = next.value;
      await gate?.see(frame);
      if (!open && (options.motion !== motionOptions || options.passage !== passageOptions)) {
        ({ motion: motionOptions, passage: passageOptions } = options);
        filter = new MotionFilter({ ...motionOptions, stillMs: passageOptions.stillMs });
        watch = new PassageWatch({ ...motionOptions, ...passageOptions });
      }
      const motion = filter.look(frame.luma, frame.at);
      const step = watch.look(motion, frame.at);
      if (step.state === 'opened') {
        open = openPassage(watch.openedAt ?? frame.at);
        onPassage(true);
      }
      if (step.state === 'closed') yield* end(step.passage);
      else if (open) yield* await open.look(frame, motion);
      waiting = frames.next();
    }
  } catch (error) {
    yield* end(watch.close('camera-ended'));
    throw error;
  } finally {
    await frames.return?.();
  }
  yield* end(watch.close(signal?.aborted ? 'stopped' : 'camera-ended'));
}
