/** Four looks a second at least: who comes in shows the face for one or two. */
export const maxLookMs = 250;
/** It is too slow again when looks come to take so much longer: two a second are as many as who stands gets. */
const tooSlow = 2;
/** Measured so often before it is too slow: a machine that starts, or is busy for a moment, is not. */
const tries = 5;

/** How long looks for faces take here, and whether that is quick enough. */
export class LookPace {
  #ms: number | undefined;
  #triesLeft = tries;

  /** ms that a look takes, lately; undefined before the first. */
  get ms(): number | undefined {
    return this.#ms;
  }

  get hasBecomeTooSlow(): boolean {
    return (this.#ms ?? 0) > tooSlow * maxLookMs;
  }

  /** Forgets what was too slow before. */
  startAnew(): void {
    this.#triesLeft = tries;
  }

  /** A look took so long when nothing else kept the machine busy. `again`: too long, but measure once more. */
  measured(ms: number): 'quick' | 'again' | 'slow' {
    this.#ms = ms;
    if (ms <= maxLookMs) return 'quick';
    this.#triesLeft--;
    return this.#triesLeft > 0 ? 'again' : 'slow';
  }

  /** A look took so long. */
  looked(ms: number): void {
    this.#ms = this.#ms === undefined ? ms : 0.9 * this.#ms + 0.1 * ms;
  }
}
