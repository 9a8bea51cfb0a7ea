import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';

const everyMs = 60_000;
/** Subjects remembered: beyond it the log gets more lines, not the process more memory. */
const maxSubjects = 5_000;

/** One warning a minute per event and subject, with how many were left out: a client in a loop must not fill the disk. */
export class SparseWarnings {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #last = new Map<string, { at: number; suppressed: number }>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @param subject whom it is about, for example a device id. */
  warn(event: string, subject: string, fields: Record<string, unknown>): void {
    const key = `${event} ${subject}`;
    const now = this.#clock.now();
    const last = this.#last.get(key);
    if (last && Math.abs(now - last.at) < everyMs) {
      last.suppressed++;
      return;
    }
    if (this.#last.size >= maxSubjects) this.#last.clear();
    this.#last.set(key, { at: now, suppressed: 0 });
    this.#log.warn(event, last && last.suppressed > 0 ? { ...fields, suppressed: last.suppressed } : fields);
  }
}
