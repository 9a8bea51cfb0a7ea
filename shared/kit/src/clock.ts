/** Where a process gets the time from, so that tests can set it. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the machine's clock is set. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start: number | string = '2026-01-05T08:00:00.000Z') {
    this.#now = typeof start === 'string' ? Date.parse(start) : start;
  }

  now(): number {
    return this.#now;
  }

  /** @param ms may be negative: clocks jump back too. */
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** RFC 3339 UTC with milliseconds. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}
