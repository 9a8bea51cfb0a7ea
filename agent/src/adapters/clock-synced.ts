import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Timer } from '@rollcall/kit/timer';

const run = promisify(execFile);
const checkEveryMs = 60_000;

/**
 * Whether the machine's clock is kept by a time server, looked up each minute. It is when systemd-timesyncd says so, or when the
 * kernel does (`timedatectl`, for chrony and ntpd too). Where neither can be asked, as in most containers, there is no reason to
 * believe it, and the answer is no: the cloud then prefers its own time if the two differ much.
 */
export class ClockSynced {
  readonly #timer: Timer;
  readonly #trusted: boolean;
  #synced = false;
  #cancel = () => {};

  /** @param trusted it is right by other means: not looked up, always yes. */
  constructor(timer: Timer, trusted = false) {
    this.#timer = timer;
    this.#trusted = trusted;
  }

  get now(): boolean {
    return this.#trusted || this.#synced;
  }

  async start(): Promise<void> {
    if (this.#trusted) return;
    this.#synced = (await saysTimesyncd()) || (await saysKernel());
    this.#cancel = this.#timer.after(checkEveryMs, () => void this.start());
  }

  stop(): void {
    this.#cancel();
  }
}

/** Source: systemd-timesyncd.service(8): the file is there once the clock was synchronized since boot. */
async function saysTimesyncd(): Promise<boolean> {
  try {
    await access('/run/systemd/timesync/synchronized');
    return true;
  } catch {
    return false;
  }
}

async function saysKernel(): Promise<boolean> {
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 5_000 });
    return stdout.trim() === 'yes';
  } catch {
    return false;
  }
}
