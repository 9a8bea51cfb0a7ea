import type { Clock } from '@rollcall/kit/clock';

interface Tries {
  failures: number;
  lastAt: number;
}

/** Failures that are free, then the wait doubles from 2 s to 15 min; after an hour of quiet all is forgotten. */
const free = { account: 5, address: 30 };
const longestWaitMs = 15 * 60_000;
const forgottenAfterMs = 60 * 60_000;
const maxKeys = 20_000;

/**
 * Slows down guessing, per email from one address and per address over all emails; whether there is such a user makes no
 * difference. Somebody elsewhere cannot lock the owner out. In memory: a restart forgives.
 */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #tries = new Map<string, Tries>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** ms until the next try is looked at; 0: now. */
  waitMs(email: string, address: string): number {
    return Math.max(
      this.#wait(accountKey(email, address), free.account),
      this.#wait(addressKey(address), free.address),
      0,
    );
  }

  fail(email: string, address: string): void {
    this.#fail(accountKey(email, address));
    this.#fail(addressKey(address));
  }

  succeed(email: string, address: string): void {
    this.#tries.delete(accountKey(email, address));
  }

  #wait(key: string, freeTries: number): number {
    const tries = this.#tries.get(key);
    if (!tries || tries.failures < freeTries) return 0;
    const waitMs = Math.min(longestWaitMs, 2000 * 2 ** Math.min(20, tries.failures - freeTries));
    // The clock was set back: counted from now, or the wait would last until it has caught up.
    tries.lastAt = Math.min(tries.lastAt, this.#clock.now());
    return tries.lastAt + waitMs - this.#clock.now();
  }

  #fail(key: string): void {
    const now = this.#clock.now();
    const known = this.#tries.get(key);
    const failures = known && now - known.lastAt < forgottenAfterMs ? known.failures + 1 : 1;
    // Put back at the end, so that the first of the map is the one that failed longest ago.
    this.#tries.delete(key);
    this.#tries.set(key, { failures, lastAt: now });
    const [longestAgo] = this.#tries.keys();
    if (this.#tries.size > maxKeys && longestAgo !== undefined) this.#tries.delete(longestAgo);
  }
}

function accountKey(email: string, address: string): string {
  return `${address} ${email.trim().toLowerCase().slice(0, 254)}`;
}

function addressKey(address: string): string {
  return address;
}
