/** A morning in which people come to work or school. */
export interface Rush {
  readonly doors: number;
  readonly peoplePerDoor: number;
  /** Minutes in which nearly all of them come, most in the middle. */
  readonly windowMinutes: number;
  /** Time zones that the doors are spread over evenly: their mornings follow each other by the hour. */
  readonly zones: number;
  /** Calls of Rekognition for one passage. */
  readonly callsPerPassage: number;
}

/** What stands against it. */
export interface Capacity {
  /** Calls a second that Rekognition grants, with as many in one burst. */
  readonly tps: number;
  /** Captures that are recognized at once. */
  readonly concurrency: number;
  /** Seconds that one takes, on average, once it is begun. */
  readonly serviceSeconds: number;
}

export interface RushResult {
  readonly passages: number;
  /** In the busiest minute. */
  readonly peakPerSecond: number;
  /** Seconds from a capture’s arrival to its answer. */
  readonly delay: { readonly p50: number; readonly p95: number; readonly max: number };
  /** The most that waited at one time. */
  readonly longestQueue: number;
  /** Minutes from the last arrival until nobody waits. */
  readonly drainMinutes: number;
}

/**
 * Runs a morning: one queue, in the order of arrival, as Lambda keeps it for a function that has no room; so many servers; and a bucket of
 * tokens before Rekognition. Throttled calls are not modelled: concurrency is set so that there are few. The same seed, the same morning.
 */
export function simulateRush(rush: Rush, capacity: Capacity, seed = 1): RushResult {
  const random = generator(seed);
  const arrivals = arrivalsOf(rush, random);
  const servers = new EarliestFirst(capacity.concurrency);
  const delays = new Float64Array(arrivals.length);
  const starts = new Float64Array(arrivals.length);
  const perCall = rush.callsPerPassage / capacity.tps;
  let tokensAt = 0;
  let end = 0;
  arrivals.forEach((arrival, index) => {
    // A burst of a second’s calls may come at once: the bucket may be behind by as much.
    const start = Math.max(arrival, servers.earliest(), tokensAt - 1);
    tokensAt = Math.max(tokensAt, start) + perCall;
    const done = start + serviceTime(capacity.serviceSeconds, random);
    servers.occupy(done);
    starts[index] = start;
    delays[index] = done - arrival;
    end = Math.max(end, done);
  });
  const sorted = delays.slice().sort();
  return {
    passages: arrivals.length,
    peakPerSecond: busiestMinute(arrivals) / 60,
    delay: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), max: quantile(sorted, 1) },
    longestQueue: longestQueue(arrivals, starts),
    drainMinutes: Math.max(0, end - (arrivals.at(-1) ?? 0)) / 60,
  };
}

/** Calls a second with which 95 of 100 are answered within `seconds`, found by halving; servers to match. */
export function tpsFor(rush: Rush, seconds: number, serviceSeconds: number): number {
  let low = 1;
  let high = Math.ceil((rush.doors * rush.peoplePerDoor * rush.callsPerPassage) / 60);
  while (low < high) {
    const tps = Math.floor((low + high) / 2);
    const { delay } = simulateRush(rush, {
      tps,
      concurrency: Math.max(2, Math.ceil(tps * serviceSeconds)),
      serviceSeconds,
    });
    if (delay.p95 <= seconds) high = tps;
    else low = tps + 1;
  }
  return low;
}

/** Times in seconds, in order. The sum of three dice is nearly a bell, and has an end. */
function arrivalsOf({ doors, peoplePerDoor, windowMinutes, zones }: Rush, random: () => number): Float64Array {
  const times = new Float64Array(doors * peoplePerDoor);
  for (let index = 0; index < times.length; index++) {
    const bell = (random() + random() + random()) / 3;
    times[index] = (index % zones) * 3600 + bell * windowMinutes * 60;
  }
  return times.sort();
}

/** At least half of the mean, now and then a multiple of it, as calls over a network are. */
function serviceTime(mean: number, random: () => number): number {
  return mean * (0.5 - 0.5 * Math.log(1 - random()));
}

function busiestMinute(times: Float64Array): number {
  let most = 0;
  let first = 0;
  times.forEach((time, last) => {
    while ((times[first] ?? 0) < time - 60) first++;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/** Both are in order, since the queue is. */
function longestQueue(arrivals: Float64Array, starts: Float64Array): number {
  let longest = 0;
  let begun = 0;
  arrivals.forEach((arrival, arrived) => {
    while (begun < starts.length && (starts[begun] ?? 0) <= arrival) begun++;
    longest = Math.max(longest, arrived + 1 - begun);
  });
  return longest;
}

function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Servers by when they are free: a binary heap whose top is replaced. */
class EarliestFirst {
  readonly #free: Float64Array;

  constructor(count: number) {
    this.#free = new Float64Array(count);
  }

  earliest(): number {
    return this.#free[0] ?? 0;
  }

  /** The one that is free first works until `until`. */
  occupy(until: number): void {
    const heap = this.#free;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++;
      const next = heap[child] ?? 0;
      if (next >= until) break;
      heap[at] = next;
      at = child;
    }
    heap[at] = until;
  }
}
