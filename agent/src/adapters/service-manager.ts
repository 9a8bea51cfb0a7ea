import { execFile } from 'node:child_process';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';

export interface ServiceManagerOptions {
  /** `NOTIFY_SOCKET` and `WATCHDOG_USEC`, as systemd sets them for a unit of Type=notify. Without them nothing is said. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the agent does its work: as long as it does not, the watchdog is not fed, and systemd starts it anew. */
  readonly alive: () => boolean;
  readonly timer: Timer;
  readonly log: Log;
}

const notifyMs = 5_000;

/**
 * Tells systemd that the agent is up, lives, and stops, by the program `systemd-notify`: Node has no datagram sockets of its own.
 * Source: sd_notify(3), "Type=notify" and "WatchdogSec=" in systemd.service(5).
 */
export class ServiceManager {
  readonly #options: ServiceManagerOptions;
  #cancel: (() => void) | undefined;
  #failed = false;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
  }

  /** To be called when it watches. */
  start(): void {
    const { environment } = this.#options;
    if (!environment.NOTIFY_SOCKET) return;
    this.#notify('--ready');
    // A third of the time, so that one that comes late does no harm.
    const everyMs = Number(environment.WATCHDOG_USEC) / 3_000;
    if (everyMs > 0) this.#feed(everyMs);
  }

  /** To be called when it begins to stop. */
  stop(): void {
    if (!this.#options.environment.NOTIFY_SOCKET) return;
    this.#cancel?.();
    this.#notify('STOPPING=1');
  }

  #feed(everyMs: number): void {
    const { alive, timer, log } = this.#options;
    if (alive()) this.#notify('WATCHDOG=1');
    else log.error('stuck', { reason: 'frames come and nobody looks at them: systemd will start the agent anew' });
    this.#cancel = timer.after(everyMs, () => this.#feed(everyMs));
  }

  #notify(what: string): void {
    const { environment, log } = this.#options;
    execFile('systemd-notify', [what], { env: { ...environment }, timeout: notifyMs }, (error) => {
      if (error && !this.#failed) log.warn('systemd-not-told', { reason: error.message });
      this.#failed = error !== null;
    });
  }
}
