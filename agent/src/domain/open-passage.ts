import type { PassageMessage } from '@rollcall/contract/capture';
import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import type { Timer } from '@rollcall/kit/timer';
import type { Frame } from '../ports/frame.ts';
import type { FrameReader } from '../ports/frame-reader.ts';
import { BestShot } from './best-shot.ts';
import type { DoorCapture, DoorEvent, DoorPassage } from './door-event.ts';
import type { FaceGate } from './face-gate.ts';
import type { Look } from './look.ts';
import type { Box, Motion } from './motion.ts';
import type { ClosedPassage } from './passage.ts';
import { headRegion, inPixels, type Shot, scoreFaces, scoreShot, sizeOf } from './shot.ts';

export interface OpenPassageOptions {
  readonly reader: FrameReader;
  /** Without it every shot passes. */
  readonly gate?: FaceGate | undefined;
  readonly maxCaptures: number;
  /** Whether the machine's clock is synchronized now. */
  readonly clockSynced: () => boolean;
  /** ULIDs, ascending. */
  readonly newId: () => string;
  readonly timer: Timer;
}

/** While somebody walks, a closer look costs too much for each frame; while nobody moves, little changes. */
const lookAgainMs = 140;
const lookAgainStillMs = 500;
/** Who walks moves by more than this part of what is seen of them; who stands moves an arm. */
const walkingPart = 0.2;
/** Longer than this the end of a passage does not wait for the face gate: the next people are at the door. */
const lastLooksMs = 1_000;

interface Candidate {
  readonly frame: Frame;
  readonly motion: Motion & { readonly region: Box };
}

/** A passage that goes on: looks at its frames, and chooses what to publish of it. */
export class OpenPassage {
  readonly #options: OpenPassageOptions;
  readonly #id: PassageId;
  readonly #best: BestShot;
  readonly #captures: CaptureId[] = [];
  /** What the face gate looks at, and what it said. */
  readonly #asked = new Map<Candidate, Promise<void>>();
  readonly #answers: { readonly candidate: Candidate; readonly look: Look }[] = [];
  /** The best of those by which nobody can be recognized. */
  #lastChance: Shot | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: OpenPassageOptions, openedAt: number) {
    this.#options = options;
    this.#id = PassageId.parse(options.newId());
    this.#best = new BestShot({ maxCaptures: options.maxCaptures, openedAt });
  }

  /** @returns what to publish now. */
  async look(frame: Frame, motion: Motion): Promise<DoorCapture[]> {
    const moved = motion.moved > walkingPart * motion.area;
    const { region } = motion;
    const again = this.#lookedAt + (moved ? lookAgainMs : lookAgainStillMs);
    if (region && frame.at >= again && this.#best.needed < Number.POSITIVE_INFINITY) {
      const candidate = { frame, motion: { ...motion, region } };
      const asked = this.#ask(candidate);
      if (!asked) await this.#considerUnseen(candidate);
      else if (this.#options.gate?.patient) await asked;
    }
    await this.#hear();
    const shot = this.#best.next(frame.at, moved);
    return shot ? [this.#capture(shot)] : [];
  }

  /** Its last capture, if there is one to be published, and its end. */
  async end(passage: ClosedPassage): Promise<DoorEvent[]> {
    await this.#hearLast();
    const best = this.#best.last() ?? (this.#captures.length === 0 ? this.#lastChance : undefined);
    const captures = best ? [this.#capture(best)] : [];
    return [...captures, this.#passage(passage)];
  }

  /** @returns what resolves with its answer; undefined when the gate is off. */
  #ask(candidate: Candidate): Promise<void> | undefined {
    const { frame, motion } = candidate;
    const look = this.#options.gate?.look(frame, inPixels(motion.region, frame));
    if (!look) return undefined;
    this.#lookedAt = frame.at;
    const answered = this.#answered(candidate, look);
    this.#asked.set(candidate, answered);
    return answered;
  }

  async #answered(candidate: Candidate, look: Promise<Look>): Promise<void> {
    const answer = await look;
    if (this.#asked.delete(candidate)) this.#answers.push({ candidate, look: answer });
  }

  async #hear(): Promise<void> {
    for (const { candidate, look } of this.#answers.splice(0)) {
      if (look.kind === 'open') await this.#considerUnseen(candidate);
      if (look.kind !== 'seen') continue;
      const shot = scoreFaces(candidate.frame, candidate.motion.region, look.faces);
      if (shot?.faces?.[0]?.usable) this.#best.consider(shot);
      else if (shot && shot.score.score > (this.#lastChance?.score.score ?? 0)) this.#lastChance = shot;
    }
  }

  /** What the gate does not say in time counts as if it were not there. */
  async #hearLast(): Promise<void> {
    if (this.#asked.size > 0) {
      const late = Promise.withResolvers<void>();
      const cancel = this.#options.timer.after(lastLooksMs, late.resolve);
      await Promise.race([Promise.all(this.#asked.values()), late.promise]);
      cancel();
    }
    await this.#hear();
    for (const candidate of this.#asked.keys()) await this.#considerUnseen(candidate);
    this.#asked.clear();
  }

  async #considerUnseen({ frame, motion }: Candidate): Promise<void> {
    // The score is at most the size: what is too small needs no look.
    if (sizeOf(motion) <= this.#best.needed) return;
    this.#lookedAt = Math.max(this.#lookedAt, frame.at);
    const detail = await this.#options.reader.detail(frame, headRegion(motion.region, frame));
    if (detail) this.#best.consider(scoreShot(frame, motion, detail));
  }

  #capture({ frame, region, faces, score }: Shot): DoorCapture {
    const captureId = CaptureId.parse(this.#options.newId());
    this.#captures.push(captureId);
    return {
      kind: 'capture',
      passageId: this.#id,
      captureId,
      frame,
      clockSynced: this.#options.clockSynced(),
      region,
      ...(faces && { faces }),
      shot: { ...score, sequence: this.#captures.length },
    };
  }

  #passage({ openedAt, closedAt, frames, ended }: ClosedPassage): DoorPassage {
    const message: PassageMessage = {
      v: 1,
      passageId: this.#id,
      openedAt: instantOf(openedAt),
      closedAt: instantOf(closedAt),
      clockSynced: this.#options.clockSynced(),
      frames,
      captures: [...this.#captures],
      ended,
    };
    return { kind: 'passage', message };
  }
}
