import type { Heartbeat } from '@rollcall/contract/heartbeat';
import { AppError, Misconfigured } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { type CertificateRenewal, lifeOf } from './adapters/certificate-renewal.ts';
import type { DeviceIdentity, IdentityFiles } from './adapters/device-identity.ts';
import { isDiskError } from './adapters/disk-error.ts';
import { isDue } from './domain/certificate-life.ts';

export interface DeviceLinkOptions {
  /** undefined when the agent was stopped before the device came to anything. */
  readonly identify: () => Promise<DeviceIdentity | undefined>;
  readonly renewal: Pick<CertificateRenewal, 'settle' | 'renew'>;
  readonly files: Pick<IdentityFiles, 'renewalAsked'>;
  /** Connects, until it is stopped. */
  readonly connect: (identity: DeviceIdentity) => { readonly stop: () => Promise<void> };
  readonly clock: Clock;
  readonly clockSynced: () => boolean;
  readonly timer: Timer;
  readonly log: Log;
  /** 0 to 1; @default Math.random */
  readonly random?: () => number;
}

/** After a start, and between two looks at the certificate; at some time within, so that a fleet does not renew all at once. */
const lookMs = 3_600_000;
const retry = { firstMs: 3_600_000, maxMs: 86_400_000 };

/**
 * The device's connection over its whole life: who it is, and with which certificate. When that nears its end, or somebody asks, the
 * connection is put away for some seconds, and comes back with another one, or with the same if that failed.
 */
export class DeviceLink {
  readonly #options: Required<DeviceLinkOptions>;
  readonly #stopped = new AbortController();
  #identity: DeviceIdentity | undefined;
  #problem: string | undefined;
  #wake = () => {};
  /** Monotonic; nothing is begun before it. */
  #notBefore: number;
  #waits: Generator<number, void>;
  #running: Promise<void> | undefined;
  /** The certificate of the last try that somebody asked for. */
  #tried: string | undefined;

  constructor(options: DeviceLinkOptions) {
    this.#options = { random: Math.random, ...options };
    this.#waits = this.#newWaits();
    this.#notBefore = this.#soon();
  }

  /** Connected, or on the way to it, until `stop`. Call it once. */
  run(): Promise<void> {
    this.#running = this.#run();
    return this.#running;
  }

  /** Puts the connection away. May be called twice, and before it runs. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake();
    await this.#running;
  }

  /** The certificate is to be renewed now: `askForRenewal` of its files says which. */
  renewSoon(): void {
    this.#wake();
  }

  /** Why the last renewal came to nothing. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** As heartbeats tell it. */
  health(): Heartbeat['certificate'] {
    if (!this.#identity) return undefined;
    const { clock, clockSynced } = this.#options;
    const { notAfter } = lifeOf(this.#identity.certificatePem);
    const expiresAt = instantOf(notAfter);
    const ended =
      clockSynced() && notAfter < clock.now()
        ? `the certificate ended at ${expiresAt}: revoke the device, allow it again, and prepare it anew`
        : undefined;
    const problem = ended ?? this.#problem;
    return { expiresAt, ...(problem !== undefined && { problem: problem.slice(0, 300) }) };
  }

  async #run(): Promise<void> {
    const { identify, renewal, log } = this.#options;
    const { signal } = this.#stopped;
    const first = await identify();
    if (!first || signal.aborted) return;
    const settled = await renewal.settle(first, signal);
    this.#identity = settled.identity;
    this.#problem = settled.problem;
    while (!signal.aborted) {
      if (await this.#isWanted()) await this.#renew(this.#identity);
      const link = this.#connected(this.#identity);
      if (!link) return;
      try {
        await this.#untilWanted();
      } finally {
        await link.stop();
      }
      if (!signal.aborted) log.info('certificate-renewal-begins', { device: this.#identity.device });
    }
  }

  /** undefined when its files are damaged: no connection comes of them, and the door is watched all the same. */
  #connected(identity: DeviceIdentity): ReturnType<DeviceLinkOptions['connect']> | undefined {
    const { connect, log } = this.#options;
    try {
      return connect(identity);
    } catch (error) {
      if (!(error instanceof Misconfigured)) throw error;
      log.error('not-connected', {
        reason: `${error.message}; restore device.pem, device.key or mqtt.caFile, or prepare the device anew`,
      });
      return undefined;
    }
  }

  async #renew(present: DeviceIdentity): Promise<void> {
    const { renewal, timer, log } = this.#options;
    try {
      this.#identity = await renewal.renew(present);
      this.#waits = this.#newWaits();
      this.#notBefore = this.#soon();
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof AppError) && !isDiskError(error)) throw error;
      const waitMs = this.#waits.next().value ?? retry.maxMs;
      this.#notBefore = timer.now() + waitMs;
      this.#problem = `the certificate could not be renewed: ${error.message}`;
      log.error('certificate-not-renewed', { reason: error.message, waitMs });
      // What was asked for has been tried: who asked is told, and may ask again.
      this.#tried = await this.#options.files.renewalAsked();
    }
  }

  async #isWanted(): Promise<boolean> {
    const { files, timer } = this.#options;
    const asked = await files.renewalAsked();
    if (asked !== undefined && asked === this.#identity?.certificatePem && asked !== this.#tried) return true;
    if (asked === undefined) this.#tried = undefined;
    return timer.now() >= this.#notBefore && this.#isDue();
  }

  /** By the device's own clock, if that is to be believed. */
  #isDue(): boolean {
    const { clock, clockSynced } = this.#options;
    if (!this.#identity || this.#identity.bornDue || !clockSynced()) return false;
    return isDue(lifeOf(this.#identity.certificatePem), clock.now());
  }

  async #untilWanted(): Promise<void> {
    const { timer } = this.#options;
    const { signal } = this.#stopped;
    do {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const cancel = timer.after(Math.max(1_000, Math.min(lookMs, this.#notBefore - timer.now())), resolve);
      // Asked in between, or stopped.
      if (!signal.aborted && !(await this.#isWanted())) await promise;
      cancel();
    } while (!signal.aborted && !(await this.#isWanted()));
  }

  /** Within the hour, and not at once. */
  #soon(): number {
    const { timer, random } = this.#options;
    return timer.now() + Math.round((lookMs / 6) * (1 + 5 * random()));
  }

  #newWaits(): Generator<number, void> {
    return backoff({ ...retry, random: this.#options.random });
  }
}
