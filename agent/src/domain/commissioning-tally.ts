import type { CommissioningFace } from '@rollcall/contract/commissioning';
import type { PictureState } from '@rollcall/contract/heartbeat';
import type { Frame } from '../ports/frame.ts';
import type { MeasuredFace } from './commissioning-face.ts';

export type PictureTrouble = Exclude<PictureState, 'ok'>;

/** What was seen in the frames of a check. Keeps the numbers of all, and the picture of one. */
export class CommissioningTally {
  readonly #faces: MeasuredFace[] = [];
  readonly #troubles = new Map<PictureTrouble, number>();
  #best = Number.NEGATIVE_INFINITY;
  frames = 0;
  framesWithFace = 0;
  framesWithUsableFace = 0;
  /** The frame with the best face; the last one while there was none. */
  shown: Frame | undefined;

  add(frame: Frame, faces: readonly MeasuredFace[], trouble: PictureTrouble | undefined): void {
    this.frames++;
    if (faces.length > 0) this.framesWithFace++;
    if (faces.some(({ face }) => face.usable)) this.framesWithUsableFace++;
    this.#faces.push(...faces);
    const best = Math.max(...faces.map(({ score }) => score));
    if (best > this.#best || this.#best === Number.NEGATIVE_INFINITY) {
      this.#best = best;
      this.shown = frame;
    }
    if (trouble) this.#troubles.set(trouble, (this.#troubles.get(trouble) ?? 0) + 1);
  }

  /** Best first. */
  get faces(): CommissioningFace[] {
    return this.#faces.toSorted((a, b) => b.score - a.score).map(({ face }) => face);
  }

  /** What is wrong with more than half of the pictures: one of somebody close by may be anything. */
  get trouble(): PictureTrouble | undefined {
    return [...this.#troubles].find(([, frames]) => frames > this.frames / 2)?.[0];
  }
}
