/** Time that only goes forward, and alarms on it: for timeouts and waits, which must not follow a clock that is set. */
export interface Timer {
  /** Milliseconds since some fixed point. Never goes back. */
  now(): number;
  /** Calls `run` once after `ms`. @returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The process's own. An alarm alone does not keep the process alive. */
export const systemTimer: Timer = {
  now: () => performance.now(),
  after: (ms, run) => {
    const handle = setTimeout(run, ms);
    handle.unref();
    return () => clearTimeout(handle);
  },
};

/** A timer that stands until it is moved. */
export class ManualTimer implements Timer {
  #now = 0;
  #alarms: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const alarm = { at: this.#now + ms, run };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Moves on by `ms` and rings what is due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#alarms.filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#alarms = this.#alarms.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
  }
}
