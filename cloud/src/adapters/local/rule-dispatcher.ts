import type { DeviceId } from '@rollcall/contract/ids';
import type { RuleName } from '@rollcall/contract/topics';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Rule } from '../../manifest.ts';
import type { RuleHandler, RuleMessage } from '../../ports/rule-message.ts';
import { Slots } from '../slots.ts';
import { SparseWarnings } from './sparse-warnings.ts';

/** The use-case of each rule in the manifest. */
export type RuleHandlers = Readonly<Record<Rule['handler'], RuleHandler>>;

export interface RuleDispatcherOptions {
  readonly rules: readonly Rule[];
  readonly handlers: RuleHandlers;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages handled at once, of one device and of all. @default 8 and 64 */
  readonly perDevice?: number;
  readonly overall?: number;
}

/**
 * Hands what devices publish to the manifest's handlers, so many at a time. Who awaits `dispatch` before reading more from
 * a device holds at most one message of it beyond those: the rest waits on the device's side of the socket.
 */
export class RuleDispatcher {
  readonly #handlers: ReadonlyMap<RuleName, RuleHandler>;
  readonly #log: Log;
  readonly #warnings: SparseWarnings;
  readonly #perDevice: number;
  readonly #overall: Slots;
  readonly #devices = new Map<DeviceId, Slots>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(options: RuleDispatcherOptions) {
    this.#handlers = new Map(options.rules.map((rule) => [rule.name, options.handlers[rule.handler]]));
    this.#log = options.log;
    this.#warnings = new SparseWarnings(options.log, options.clock);
    this.#perDevice = options.perDevice ?? 8;
    this.#overall = new Slots(options.overall ?? 64);
  }

  /** Resolves when the handler has begun. After `drain` nothing is begun: without an ack the device sends it again. */
  async dispatch(rule: RuleName, message: RuleMessage): Promise<void> {
    const device = this.#slotsOf(message.deviceId);
    await device.take();
    await this.#overall.take();
    const run = this.#closed ? Promise.resolve() : this.#run(rule, message);
    this.#running.add(run);
    void run.finally(() => {
      this.#running.delete(run);
      this.#overall.give();
      device.give();
      if (device.idle) this.#devices.delete(message.deviceId);
    });
  }

  /** Begins nothing more; resolves when all that was begun is done, or after `withinMs`. */
  async drain(withinMs: number): Promise<void> {
    this.#closed = true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([Promise.all(this.#running), late]);
    clearTimeout(timer);
    if (this.#running.size > 0) this.#log.warn('rules-cut-off', { running: this.#running.size });
  }

  #slotsOf(id: DeviceId): Slots {
    let slots = this.#devices.get(id);
    if (!slots) {
      slots = new Slots(this.#perDevice);
      this.#devices.set(id, slots);
    }
    return slots;
  }

  async #run(rule: RuleName, message: RuleMessage): Promise<void> {
    try {
      await this.#handlers.get(rule)?.(message);
    } catch (err) {
      // One message's failure is not the next one's. It is not acked, so it comes again.
      const { deviceId, payload } = message;
      if (err instanceof Unavailable)
        this.#warnings.warn('rule-unavailable', rule, { rule, deviceId, reason: err.message });
      else this.#log.error('rule-failed', { rule, deviceId, bytes: payload.length, err });
    }
  }
}
