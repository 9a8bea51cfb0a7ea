/** Time since the machine started: it never jumps, and it goes on while the agent is restarted. */
export interface Uptime {
  /** Of this run of the machine: numbers of another cannot be compared with these. */
  readonly bootId: string;
  /** ms. */
  now(): number;
}

/** An uptime that stands until it is moved. */
export class ManualUptime implements Uptime {
  bootId = 'first';
  #now = 10_000;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** As after a power cut. */
  reboot(): void {
    this.bootId += '-again';
    this.#now = 0;
  }
}
