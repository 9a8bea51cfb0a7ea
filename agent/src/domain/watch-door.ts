import type { AgentConfig } from '@rollcall/contract/agent-config';
import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { Timer } from '@rollcall/kit/timer';
import type { Camera } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import type { FrameReader } from '../ports/frame-reader.ts';
import { BestShot } from './best-shot.ts';
import type { DoorCapture, DoorEvent, DoorPassage } from './door-event.ts';
import { type Motion, MotionFilter } from './motion.ts';
import { nextFrame } from './next-frame.ts';
import { type ClosedPassage, PassageWatch } from './passage.ts';
import { headRegion, type Shot, scoreShot, sizeOf } from './shot.ts';

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

/** A camera that gives no frame for so long has ended the passage, whether or not it comes back. */
const silentMs = 5_000;

/**
 * Watches the frames of a camera and tells what to publish: captures while a passage is open, then its end.
 * Ends when the camera does. Throws what the camera throws, after the end of the open passage was told.
 */
export async function* watchDoor(options: WatchDoorOptions): AsyncGenerator<DoorEvent, void> {
  const { motion: motionOptions, passage: passageOptions, timer, signal } = options;
  const filter = new MotionFilter({ ...motionOptions, stillMs: passageOptions.stillMs });
  const watch = new PassageWatch({ ...motionOptions, ...passageOptions });
  const frames = options.camera.frames()[Symbol.asyncIterator]();
  let open: OpenPassage | undefined;

  function* end(passage: ClosedPassage | undefined): Generator<DoorEvent, void> {
    if (open && passage) yield* open.end(passage);
    open = undefined;
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
      const motion = filter.look(frame.luma, frame.at);
      const step = watch.look(motion, frame.at);
      if (step.state === 'opened') open = new OpenPassage(options, watch.openedAt ?? frame.at);
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

/** While somebody walks, a closer look costs too much for each frame; while nobody moves, little changes. */
const lookAgainMs = 140;
const lookAgainStillMs = 500;
/** Who walks moves by more than this part of what is seen of them; who stands moves an arm. */
const walkingPart = 0.2;

class OpenPassage {
  readonly #options: WatchDoorOptions;
  readonly #id: PassageId;
  readonly #best: BestShot;
  readonly #captures: CaptureId[] = [];
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WatchDoorOptions, openedAt: number) {
    this.#options = options;
    this.#id = PassageId.parse(options.newId());
    this.#best = new BestShot({ maxCaptures: options.passage.maxCaptures, openedAt });
  }

  async look(frame: Frame, motion: Motion): Promise<DoorCapture[]> {
    const moved = motion.moved > walkingPart * motion.area;
    const { region } = motion;
    const again = this.#lookedAt + (moved ? lookAgainMs : lookAgainStillMs);
    // The score is at most the size: what is too small needs no look.
    if (region && frame.at >= again && sizeOf(motion) > this.#best.needed) {
      this.#lookedAt = frame.at;
      const detail = await this.#options.reader.detail(frame, headRegion(region, frame));
      if (detail) this.#best.consider(scoreShot(frame, { ...motion, region }, detail));
    }
    const shot = this.#best.next(frame.at, moved);
    return shot ? [this.#capture(shot)] : [];
  }

  *end(passage: ClosedPassage): Generator<DoorEvent, void> {
    const shot = this.#best.last();
    if (shot) yield this.#capture(shot);
    yield this.#passage(passage);
  }

  #capture({ frame, region, score }: Shot): DoorCapture {
    const captureId = CaptureId.parse(this.#options.newId());
    this.#captures.push(captureId);
    return {
      kind: 'capture',
      passageId: this.#id,
      captureId,
      frame,
      clockSynced: this.#options.clockSynced(),
      region,
      shot: { ...score, sequence: this.#captures.length },
    };
  }

  #passage({ openedAt, closedAt, frames, ended }: ClosedPassage): DoorPassage {
    return {
      kind: 'passage',
      message: {
        v: 1,
        passageId: this.#id,
        openedAt: instantOf(openedAt),
        closedAt: instantOf(closedAt),
        clockSynced: this.#options.clockSynced(),
        frames,
        captures: [...this.#captures],
        ended,
      },
    };
  }
}
