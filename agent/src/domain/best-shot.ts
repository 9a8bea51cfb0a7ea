import type { Shot } from './shot.ts';

/** A first shot this good need not wait for a better one; of a face, it is hardly ever better. */
const goodScore = 0.25;
const goodFaceScore = 0.8;
/** Not before, and if the next look is better still, not before the second: who comes in gets larger fast. */
const firstMs = 300;
const firstGoodAtLatestMs = 500;
const firstPeakMs = 150;
/** After this long the best so far is what there is. */
const firstAtLatestMs = 1_500;
/** What a later shot must reach, times the best that was published. */
const clearlyBetter = 1.3;
/** Movement after which a published shot counts half: by then, others may have come in. */
const halfLifeMs = 5_000;
/** A later shot is published when none better came for this long … */
const peakMs = 400;
/** … or when the last one was so long ago, for who comes nearer and nearer. */
const anotherMs = 1_500;
/** The last one that may be published waits for longer, because nothing follows it. */
const lastPeakMs = 1_500;

/** Chooses what to publish of one passage: a good one early, later ones if they are clearly better, never more than the cap. */
export class BestShot {
  readonly #maxCaptures: number;
  readonly #openedAt: number;
  #candidate: Shot | undefined;
  #firstFaceAt: number | undefined;
  #published: { readonly score: number; readonly at: number } | undefined;
  #count = 0;
  #movedMs = 0;
  #at: number;

  constructor(options: { readonly maxCaptures: number; readonly openedAt: number }) {
    this.#maxCaptures = options.maxCaptures;
    this.#openedAt = options.openedAt;
    this.#at = options.openedAt;
  }

  /** What a frame must score to be of use; 0 for whatever comes, infinite after the cap. */
  get needed(): number {
    if (this.#count >= this.#maxCaptures) return Number.POSITIVE_INFINITY;
    return Math.max(this.#bar(), this.#candidate?.score.score ?? 0);
  }

  /** Hands in a candidate. */
  consider(shot: Shot): void {
    if (shot.faces) this.#firstFaceAt ??= shot.frame.at;
    if (shot.score.score > this.needed || (this.#count === 0 && !this.#candidate)) this.#candidate = shot;
  }

  /** Moves on to the frame at `at`. @returns the shot to publish now, if any. */
  next(at: number, moved: boolean): Shot | undefined {
    if (moved) this.#movedMs += Math.max(0, at - this.#at);
    this.#at = at;
    return this.#isDue(at) ? this.#publish(at) : undefined;
  }

  /** The passage is over. @returns the last shot to publish, if any. */
  last(): Shot | undefined {
    return this.#publish(this.#at);
  }

  #isDue(at: number): boolean {
    const candidate = this.#candidate;
    if (!candidate) return false;
    const sincePeakMs = at - candidate.frame.at;
    if (!this.#published) {
      if (candidate.faces) return this.#isFirstFaceDue(candidate, at);
      const openMs = at - this.#openedAt;
      if (candidate.score.score < goodScore) return openMs >= firstAtLatestMs;
      return openMs >= firstGoodAtLatestMs || (openMs >= firstMs && sincePeakMs >= firstPeakMs);
    }
    if (this.#count + 1 >= this.#maxCaptures) return sincePeakMs >= lastPeakMs;
    return sincePeakMs >= peakMs || at - this.#published.at >= anotherMs;
  }

  /** Who comes nearer shows a better face with each look, and each capture costs a search: one is best. */
  #isFirstFaceDue({ frame, score }: Shot, at: number): boolean {
    const seenMs = at - (this.#firstFaceAt ?? at);
    if (seenMs >= firstAtLatestMs || (seenMs >= firstMs && at - frame.at >= peakMs)) return true;
    return score.score >= goodFaceScore && seenMs >= firstGoodAtLatestMs;
  }

  #bar(): number {
    if (!this.#published) return 0;
    return this.#published.score * clearlyBetter * 0.5 ** (this.#movedMs / halfLifeMs);
  }

  #publish(at: number): Shot | undefined {
    const shot = this.#candidate;
    if (!shot || this.#count >= this.#maxCaptures) return undefined;
    this.#candidate = undefined;
    this.#count++;
    this.#movedMs = 0;
    this.#published = { score: shot.score.score, at };
    return shot;
  }
}
