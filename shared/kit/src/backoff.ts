export interface BackoffOptions {
  /** ms before the first retry. @default 500 */
  readonly firstMs?: number;
  /** ms that no wait exceeds. @default 30 000 */
  readonly maxMs?: number;
  /** Waits given; endless if absent. */
  readonly attempts?: number;
  /** 0 to 1; @default Math.random */
  readonly random?: () => number;
}

/**
 * Waits in ms between tries: exponential with full jitter.
 * Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 */
export function* backoff(options: BackoffOptions = {}): Generator<number, void> {
  const { firstMs = 500, maxMs = 30_000, attempts = Number.POSITIVE_INFINITY, random = Math.random } = options;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
    // At least half, so that a retry never follows at once.
    yield Math.round(ceiling / 2 + random() * (ceiling / 2));
  }
}
