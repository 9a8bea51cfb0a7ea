import type { Clock } from '@rollcall/kit/clock';

interface Bucket {
  failures: number;
  refilledAt: number;
}

/** Failures in a row that an address may make, and how many it gets back a minute. */
const burst = 20;
const perMinute = 20;
const maxAddresses = 10_000;

/**
 * Counts failed sign-ins by address, as a bucket that refills. Only failures are counted and only failures are slowed down:
 * whoever shows a valid credential from the same network is served.
 */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a failure. @returns whether the address is over its limit now. */
  fail(address: string): boolean {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(address) ?? { failures: 0, refilledAt: now };
    const refill = (Math.max(0, now - bucket.refilledAt) / 60_000) * perMinute;
    bucket.failures = Math.max(0, bucket.failures - refill) + 1;
    bucket.refilledAt = now;
    // Put back at the end, so that the first of the map is the one seen longest ago: that one is let go when it is full.
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > maxAddresses) {
      const [longestAgo] = this.#buckets.keys();
      if (longestAgo !== undefined) this.#buckets.delete(longestAgo);
    }
    return bucket.failures > burst;
  }
}
