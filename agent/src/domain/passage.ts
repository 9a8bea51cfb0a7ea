import type { PassageMessage } from '@rollcall/contract/capture';
import type { Motion } from './motion.ts';

export interface PassageOptions {
  /** Fraction of the picture that must differ. */
  readonly minArea: number;
  /** ms without anybody that end it. */
  readonly quietMs: number;
  /** ms after which it is cut. */
  readonly maxMs: number;
}

/** A burst of movement that is over. */
export interface ClosedPassage {
  readonly openedAt: number;
  /** When somebody was last there; for one that was cut, when it was. */
  readonly closedAt: number;
  readonly frames: number;
  readonly ended: PassageMessage['ended'];
}

/** What a frame means for the passage: nobody is there; it opens, goes on, or is closed by this frame. */
export type PassageStep =
  | { readonly state: 'none' | 'opened' | 'open' }
  | { readonly state: 'closed'; readonly passage: ClosedPassage };

/** Movement must last as long to be more than a flash. */
const openMs = 80;
/** A frame after so long a gap is enough by itself: somebody may be in one frame only. */
const sparseMs = 400;
/** Less than this part of what there was is a remnant: a moved chair, a swinging door. It keeps the passage open only while it moves. */
const remnant = 0.25;
const remnantStillMs = 1_500;
/** To stay open takes less than to open, so that it does not flutter. */
const staysOpen = 0.75;

/** Opens on movement, stays open while somebody stands still, closes on quiet, is cut at a length. Never two at once. */
export class PassageWatch {
  readonly #options: PassageOptions;
  #open: OpenPassage | undefined;
  #begins: { readonly at: number; frames: number } | undefined;
  #at: number | undefined;

  constructor(options: PassageOptions) {
    this.#options = options;
  }

  /** When the open passage was opened. */
  get openedAt(): number | undefined {
    return this.#open?.openedAt;
  }

  /** @param at ms, of the frame that `motion` is about */
  look(motion: Motion, at: number): PassageStep {
    const sparse = at - (this.#at ?? at) >= sparseMs;
    this.#at = at;
    return this.#open ? this.#goOn(this.#open, motion, at) : this.#begin(motion, at, sparse);
  }

  /** Closes what is open, for another reason than quiet. */
  close(ended: 'camera-ended' | 'stopped'): ClosedPassage | undefined {
    const open = this.#open;
    this.#open = undefined;
    this.#begins = undefined;
    return open && { openedAt: open.openedAt, closedAt: open.activeAt, frames: open.frames, ended };
  }

  #begin(motion: Motion, at: number, sparse: boolean): PassageStep {
    const { minArea } = this.#options;
    if (motion.area < minArea || motion.moved < minArea / 4) {
      this.#begins = undefined;
      return { state: 'none' };
    }
    this.#begins ??= { at, frames: 0 };
    this.#begins.frames++;
    if (!sparse && at - this.#begins.at < openMs) return { state: 'none' };
    const { at: openedAt, frames } = this.#begins;
    this.#begins = undefined;
    this.#open = { openedAt, frames, activeAt: at, movedAt: at, peak: motion.area };
    return { state: 'opened' };
  }

  #goOn(open: OpenPassage, motion: Motion, at: number): PassageStep {
    const { minArea, quietMs, maxMs } = this.#options;
    open.frames++;
    open.peak = Math.max(open.peak, motion.area);
    if (motion.moved > 0) open.movedAt = at;
    const isRemnant = motion.area < open.peak * remnant && at - open.movedAt > remnantStillMs;
    if (motion.area >= minArea * staysOpen && !isRemnant) open.activeAt = at;
    const { openedAt, activeAt, frames } = open;
    if (!motion.lightJumped && at - activeAt >= quietMs)
      return this.#closed({ openedAt, closedAt: activeAt, frames, ended: 'quiet' });
    if (at - openedAt >= maxMs) return this.#closed({ openedAt, closedAt: at, frames, ended: 'too-long' });
    return { state: 'open' };
  }

  #closed(passage: ClosedPassage): PassageStep {
    this.#open = undefined;
    return { state: 'closed', passage };
  }
}

interface OpenPassage {
  readonly openedAt: number;
  frames: number;
  /** When somebody was last there. */
  activeAt: number;
  /** When anything last moved. */
  movedAt: number;
  /** Largest area. */
  peak: number;
}
