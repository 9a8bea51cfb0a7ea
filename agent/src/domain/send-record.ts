import { type BackoffOptions, backoff } from '@rollcall/kit/backoff';

/**
 * Tries that came to nothing, each while others got through, and the time of them, until an item counts as one that nobody will ever take.
 * Both: a cloud that is overloaded leaves out many a time whom it takes an hour later.
 */
const maxTries = 20;
const maxTryingMs = 7_200_000;
/** After so many connections that broke with it on the way, it lets others go first: it may be why they break. */
const maxLosses = 3;

const limits = { firstMs: 500, maxMs: 60_000 };

/** How sending one item has gone so far. */
export class SendRecord {
  readonly #waits: Generator<number, void>;
  readonly #since: number;
  #tries = 0;
  #losses = 0;
  #othersAcked: number;
  #notBefore: number;

  /** @param othersAcked acks of all items so far. */
  constructor(now: number, othersAcked: number, random: NonNullable<BackoffOptions['random']>) {
    this.#waits = backoff({ ...limits, random });
    this.#since = now;
    this.#notBefore = now;
    this.#othersAcked = othersAcked;
  }

  get notBefore(): number {
    return this.#notBefore;
  }

  /** Nobody answered, while others were answered, so often and for so long that it is the item, not the way. */
  isHopeless(now: number): boolean {
    return this.#tries >= maxTries && now - this.#since >= maxTryingMs;
  }

  /** No answer came in time. */
  unanswered(now: number, othersAcked: number): void {
    this.#count(othersAcked);
    this.#wait(now);
  }

  /** The connection broke while it was on the way: it goes again at once, unless that is what it always does. */
  lost(now: number, othersAcked: number): void {
    this.#count(othersAcked);
    this.#losses++;
    if (this.#losses >= maxLosses) this.#wait(now);
    else this.#notBefore = now;
  }

  /** The way is another one now: what was slow before may be quick. */
  reconnected(now: number): void {
    if (this.#losses < maxLosses) this.#notBefore = now;
  }

  /** A try says something of the item only if others got through meanwhile. */
  #count(othersAcked: number): void {
    if (othersAcked > this.#othersAcked) this.#tries++;
    this.#othersAcked = othersAcked;
  }

  #wait(now: number): void {
    this.#notBefore = now + (this.#waits.next().value ?? limits.maxMs);
  }
}
