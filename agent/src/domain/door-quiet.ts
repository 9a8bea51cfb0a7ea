import type { Timer } from '@rollcall/kit/timer';

/** Whether somebody is at the door, for what must not happen then. */
export class DoorQuiet {
  readonly #timer: Timer;
  #isBusy = false;
  #waiting: (() => void)[] = [];

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** A passage opened, or ended. */
  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    if (!isBusy) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when nobody is there, after `maxMs` at the latest, or when `signal` aborts. */
  async wait(maxMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isBusy || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const cancel = this.#timer.after(maxMs, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    cancel();
    this.#waiting = this.#waiting.filter((one) => one !== resolve);
  }
}
